import type { components } from '../../../contract/generated/core/types.ts';
import type { Principal } from '../../../contract/ports.ts';
import { type Reach, touchesSpace } from '../../../contract/reach.ts';
import { isRefusal, type Refusal, refuse } from '../../../contract/refusal.ts';
import { type Asked, actorIn, askedIn, modeOf, refuseInline } from './asked.ts';
import type { ActorIds } from './facts.ts';
import type { FactsSource } from './facts-source.ts';
import { outOfReach, refuseOutOfReach } from './reach-of-question.ts';
import { type Soon, whenThere } from './soon.ts';

/** Why a question is not decided. */
export type QuestionRefusal = Refusal<
  | 'VALIDATION_FAILED'
  | 'INLINE_CONTEXT_REQUIRES_API_KEY'
  | 'ACTIVE_MEMBER_REQUIRED'
  | 'ADMIN_PERMISSION_REQUIRED'
>;

/** The question that a caller asks: in its mode, for an actor that the caller may ask for, about a place within reach. */
export function understand(
  source: FactsSource,
  caller: { readonly principal: Principal; readonly reaches: readonly Reach[] },
  body: components['schemas']['AuthzRequest'],
): Soon<Asked | QuestionRefusal> {
  const { principal, reaches } = caller;
  // Where it is asked comes first, as with the guard of a single question: nothing else is told out of reach.
  const active = principal.kind === 'session' ? principal.actor?.space_id : undefined;
  const spaceId = body.actor?.space_id ?? active;
  if (spaceId !== undefined && !touchesSpace(reaches, spaceId)) return outOfReach();
  if (principal.kind === 'session' && modeOf(body) !== 'managed') return refuseInline();
  const named = actorIn(body);
  if (isRefusal(named)) return named;
  const proven = named === null ? activeActor(principal) : provenActor(source, principal, named);
  return whenThere(proven, (actor): Soon<Asked | QuestionRefusal> => {
    if (isRefusal(actor)) return actor;
    const asked = askedIn(body, actor);
    if (isRefusal(asked)) return asked;
    return whenThere(refuseOutOfReach(source, reaches, asked), (refusal) => refusal ?? asked);
  });
}

/** Without an actor in the body a session asks for the Member that it acts through; a key has none. */
function activeActor(principal: Principal): ActorIds | QuestionRefusal {
  if (principal.kind === 'api_key') {
    const message = 'An API key names the actor that it asks for.';
    return refuse('VALIDATION_FAILED', [{ in: 'body', pointer: '/actor', rule: 'required', message }]);
  }
  if (principal.actor === null) return refuse('ACTIVE_MEMBER_REQUIRED');
  const { user_id, member_id, user_member_id, space_id } = principal.actor;
  return { userId: user_id, memberId: member_id, userMemberId: user_member_id, spaceId: space_id };
}

/** A session, even of a super admin, asks about usable bindings of its own User alone. */
function provenActor(
  source: FactsSource,
  principal: Principal,
  actor: ActorIds,
): Soon<ActorIds | QuestionRefusal> {
  if (principal.kind === 'api_key') return actor;
  const own = actor.userId === principal.userId && source.isUsableBinding(actor);
  return whenThere(own, (usable) => (usable ? actor : refuse('ACTIVE_MEMBER_REQUIRED')));
}
