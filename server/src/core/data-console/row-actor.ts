import type { components } from '../../contract/generated/core/types.ts';
import type { Principal } from '../../contract/ports.ts';
import { type Refusal, refuse, refuseInput } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';
import type { ActorIds } from '../authorization/index.ts';

type Refused = Refusal<'VALIDATION_FAILED' | 'INLINE_CONTEXT_REQUIRES_API_KEY' | 'ACTIVE_MEMBER_REQUIRED'>;

const binding = `
select user_id, member_id, space_id from user_members where id = $1 and deleted_at is null`;

/** Who acts on a row: the active Member of a session, or whom the backend behind an API key names in the body. */
export function actorInBody(
  principal: Principal,
  named: components['schemas']['DataRowActor'] | undefined,
): ActorIds | Refused {
  if (principal.kind === 'session') return named === undefined ? activeActor(principal) : notForSessions();
  if (named === undefined) return refuseInput('/actor', 'required', 'An API key names the actor.');
  return actorIds(named);
}

/** The same where there is no body: an API key names the binding of the actor in the query. */
export async function actorInQuery(
  connection: Queryable,
  principal: Principal,
  userMemberId: string | undefined,
): Promise<ActorIds | Refused> {
  if (principal.kind === 'session') {
    return userMemberId === undefined ? activeActor(principal) : notForSessions();
  }
  const refused = (rule: string, message: string) =>
    refuseInput('/actor_user_member_id', rule, message, 'query');
  if (userMemberId === undefined) return refused('required', 'An API key names the actor.');
  const [row] = (await connection.query(binding, [userMemberId])).rows;
  if (row === undefined) return refused('reference', 'There is no such binding of a User to a Member.');
  return {
    userId: String(row['user_id']),
    memberId: String(row['member_id']),
    userMemberId,
    spaceId: String(row['space_id']),
  };
}

function activeActor(principal: Extract<Principal, { kind: 'session' }>): ActorIds | Refused {
  return principal.actor === null ? refuse('ACTIVE_MEMBER_REQUIRED') : actorIds(principal.actor);
}

function notForSessions(): Refused {
  return refuse('INLINE_CONTEXT_REQUIRES_API_KEY');
}

function actorIds(actor: components['schemas']['DataRowActor']): ActorIds {
  const { user_id: userId, member_id: memberId, user_member_id: userMemberId, space_id: spaceId } = actor;
  return { userId, memberId, userMemberId, spaceId };
}
