import { ApiError } from '../../contract/api-error.ts';
import type { CoreHandlers, CoreReply } from '../../contract/core.ts';
import type { components } from '../../contract/generated/core/types.ts';
import type { ActiveActor } from '../../contract/ports.ts';
import { refuse } from '../../contract/refusal.ts';
import { preparedOn, type Queryable } from '../../platform/database/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import { alone } from './alone.ts';
import { type AvailableMember, actorOf, availableMembers, findAvailableMember } from './available-members.ts';
import type { AuthServices } from './services.ts';
import { type SessionPrincipal, sessionOf } from './session-of.ts';
import { actThrough, findOwnSession } from './session-store.ts';

/** What sessions act as. */
export function actorHandlers({
  database,
}: Pick<AuthServices, 'database'>): CoreHandlers<'getActorContext' | 'switchMember'> {
  return {
    async getActorContext({ access }) {
      const session = sessionOf(access);
      const connection = preparedOn(database.pool);
      const members = await availableMembers(connection, session.userId);
      return { status: 200, data: await context(connection, session, session.actor, members) };
    },
    switchMember: (input) =>
      recordedMutation(database, alone(input), [], async (mutation): Promise<CoreReply<'switchMember'>> => {
        const session = sessionOf(mutation.access);
        const { member_id: memberId = null, user_member_id: bindingId = null } = input.body;
        // Not picked from the list, which has an end.
        const chosen = await findAvailableMember(mutation, session.userId, { memberId, bindingId });
        if (chosen === null) return refuse('ACTIVE_MEMBER_REQUIRED');
        const actor = actorOf(chosen);
        if (session.actor?.user_member_id !== actor.user_member_id) {
          await actThrough(mutation, session.sessionId, actor);
          await mutation.record({
            action: 'actor.switched',
            spaceId: null,
            resourceType: 'session',
            resourceId: session.sessionId,
            before: { id: session.sessionId, actor: session.actor },
            after: { id: session.sessionId, actor },
          });
        }
        const members = await availableMembers(mutation, session.userId);
        return { status: 200, data: await context(mutation, session, actor, members) };
      }),
  };
}

async function context(
  connection: Queryable,
  { userId, sessionId }: SessionPrincipal,
  actor: ActiveActor | null,
  members: AvailableMember[],
): Promise<components['schemas']['ActorContext']> {
  const session = await findOwnSession(connection, userId, sessionId);
  if (session === null) throw new ApiError('AUTHENTICATION_REQUIRED');
  return {
    session_id: sessionId,
    actor,
    available_members: members,
    expires_at: session.expires_at.toISOString(),
  };
}
