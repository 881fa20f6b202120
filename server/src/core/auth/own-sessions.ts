import { ApiError } from '../../contract/api-error.ts';
import type { CoreInput, CoreReply } from '../../contract/core.ts';
import type { components } from '../../contract/generated/core/types.ts';
import { refuse } from '../../contract/refusal.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import { findAccount, userOnWire } from './accounts.ts';
import { alone } from './alone.ts';
import { availableMembers } from './available-members.ts';
import type { AuthServices } from './services.ts';
import { sessionOf } from './session-of.ts';
import { findOwnSession, livingSessions, revokeSession, type SessionRow } from './session-store.ts';

/** The User of the session, what the session acts as, and when it ends. */
export async function getAuthMe(
  { database }: AuthServices,
  { access }: Pick<CoreInput<'getAuthMe'>, 'access'>,
): Promise<CoreReply<'getAuthMe'>> {
  const { userId, sessionId, actor } = sessionOf(access);
  const connection = preparedOn(database.pool);
  const account = await findAccount(connection, userId);
  const session = await findOwnSession(connection, userId, sessionId);
  if (account === null || session === null) throw new ApiError('AUTHENTICATION_REQUIRED');
  return {
    status: 200,
    data: {
      session_id: sessionId,
      user: userOnWire(account),
      actor,
      available_members: await availableMembers(connection, userId),
      expires_at: session.expires_at.toISOString(),
      refresh_expires_at: session.refresh_expires_at.toISOString(),
    },
  };
}

/** A page of the living sessions of the session's User. */
export async function listOwnSessions(
  { database }: AuthServices,
  { access, page }: Pick<CoreInput<'listOwnSessions'>, 'access' | 'page'>,
): Promise<CoreReply<'listOwnSessions'>> {
  const { userId, sessionId } = sessionOf(access);
  const asked = { limit: page.limit + 1, after: page.after };
  const found = await livingSessions(preparedOn(database.pool), userId, asked);
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  const next = found.length > rows.length && last ? [last.created_at.toISOString(), last.id] : null;
  return { status: 200, data: rows.map((row) => sessionOnWire(row, sessionId)), next };
}

/** Ends one of the sessions of the session's User; ending it again changes nothing. */
export async function revokeOwnSession(
  { database }: AuthServices,
  input: CoreInput<'revokeOwnSession'>,
): Promise<CoreReply<'revokeOwnSession'>> {
  return recordedMutation(
    database,
    alone(input),
    [],
    async (mutation): Promise<CoreReply<'revokeOwnSession'>> => {
      const { userId, sessionId } = sessionOf(mutation.access);
      const id = input.params.session_id;
      const before = await findOwnSession(mutation, userId, id);
      if (before === null) return refuse('SESSION_NOT_FOUND');
      await revokeSession(mutation, id, 'Ended by its User.');
      const after = (await findOwnSession(mutation, userId, id)) ?? before;
      const data = sessionOnWire(after, sessionId);
      if (before.revoked_at === null) {
        await mutation.record({
          action: 'auth.session_revoked',
          spaceId: null,
          resourceType: 'session',
          resourceId: id,
          before: sessionOnWire(before, sessionId),
          after: data,
        });
      }
      return { status: 200, data };
    },
  );
}

function sessionOnWire(row: SessionRow, currentId: string): components['schemas']['Session'] {
  return {
    id: row.id,
    current: row.id === currentId,
    actor: row.actor,
    ip: row.ip,
    user_agent: row.user_agent,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at.toISOString(),
    refresh_expires_at: row.refresh_expires_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}
