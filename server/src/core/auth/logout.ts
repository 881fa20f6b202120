import type { CoreInput, CoreReply } from '../../contract/core.ts';
import { isToken } from '../../platform/crypto/index.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { recordedTransaction } from '../kernel/index.ts';
import { accessTokenPrefix, refreshTokenPrefix } from './credentials.ts';
import type { AuthServices } from './services.ts';
import { findSessionByAccessToken, findSessionByRefreshToken, revokeSession } from './session-store.ts';

/** What tells which session is to end. */
export type LogoutInput = Pick<CoreInput<'logout'>, 'access' | 'body' | 'request' | 'credential'>;

/**
 * Ends the session of the access token or, where there is none, of the refresh token, of whatever generation and whether
 * or not it has expired. A credential of another kind counts as none. The answer is the same without any session.
 */
export async function logout(services: AuthServices, input: LogoutInput): Promise<CoreReply<'logout'>> {
  const sessionId = await sessionToEnd(services, input);
  if (sessionId !== null) {
    await recordedTransaction(services.database, input.request, [], async (mutation) => {
      const userId = await revokeSession(mutation, sessionId, 'Logged out.');
      if (userId === null) return;
      await mutation.record({
        action: 'auth.logout',
        spaceId: null,
        resourceType: 'session',
        resourceId: sessionId,
        before: { id: sessionId, user_id: userId, revoked_at: null },
        after: { id: sessionId, user_id: userId, revoked_at: mutation.now.toISOString() },
        actor: { userId, memberId: null, userMemberId: null },
      });
    });
  }
  return { status: 200, data: { logged_out: true } };
}

async function sessionToEnd(
  { database, hashers }: AuthServices,
  { access, credential, body }: LogoutInput,
): Promise<string | null> {
  if (access?.principal.kind === 'session') return access.principal.sessionId;
  const connection = preparedOn(database.pool);
  if (credential !== null && isToken(credential, accessTokenPrefix)) {
    const hashes = hashers.accessToken.candidates(credential);
    const sessionId = await findSessionByAccessToken(connection, hashes);
    if (sessionId !== null) return sessionId;
  }
  const refreshToken = body?.refresh_token;
  if (refreshToken === undefined || !isToken(refreshToken, refreshTokenPrefix)) return null;
  return findSessionByRefreshToken(connection, hashers.refreshToken.candidates(refreshToken));
}
