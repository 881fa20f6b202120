import { ApiError } from '../../contract/api-error.ts';
import type { CoreInput, CoreReply } from '../../contract/core.ts';
import { isRefusal, refuseInput } from '../../contract/refusal.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import { findAccount, lockActiveAccount } from './accounts.ts';
import { alone } from './alone.ts';
import { unlessBusy } from './hashing-busy.ts';
import { countLogin } from './login-throttle.ts';
import { refusedPassword } from './new-password.ts';
import type { AuthServices } from './services.ts';
import { sessionOf } from './session-of.ts';
import { revokeSessionsOf } from './session-store.ts';

const setPassword = `
update users set password_hash = $2, password_changed_at = date_trunc('milliseconds', now()),
  version = version + 1, updated_at = date_trunc('milliseconds', now())
where id = $1`;

/**
 * Sets a new password for the session's User and ends the User's other sessions in the same transaction. The present
 * password is asked for, and counted like a login, so that a stolen session is no way to guess it.
 */
export async function changeOwnPassword(
  services: AuthServices,
  input: CoreInput<'changeOwnPassword'>,
): Promise<CoreReply<'changeOwnPassword'>> {
  const { userId } = sessionOf(input.access);
  const { database, passwords, settings } = services;
  const { current_password: present, new_password: next } = input.body;
  const account = await findAccount(preparedOn(database.pool), userId);
  if (account === null) throw new ApiError('AUTHENTICATION_REQUIRED');
  const attempt = await countLogin(services, account.email, input.request.ip);
  if (isRefusal(attempt)) return attempt;
  const proven = await unlessBusy(() => passwords.verify(present, account.password_hash));
  if (isRefusal(proven)) {
    await attempt.withdrawn();
    return proven;
  }
  if (!proven) return wrongPassword();
  await attempt.succeeded();
  const refused = refusedPassword(next, '/new_password', account.email, settings);
  if (refused !== null) return refused;
  const hash = await unlessBusy(() => passwords.hash(next));
  if (isRefusal(hash)) return hash;
  return recordedMutation(
    database,
    alone(input),
    [],
    async (mutation): Promise<CoreReply<'changeOwnPassword'>> => {
      const { sessionId } = sessionOf(mutation.access);
      const locked = await lockActiveAccount(mutation, userId);
      if (locked?.password_hash !== account.password_hash) return wrongPassword();
      await mutation.query(setPassword, [userId, hash]);
      const revoked = await revokeSessionsOf(mutation, userId, 'The password was changed.', sessionId);
      const changedAt = mutation.now.toISOString();
      await mutation.record({
        action: 'auth.password_changed',
        spaceId: null,
        resourceType: 'user',
        resourceId: userId,
        before: null,
        after: { id: userId, changed_at: changedAt, revoked_sessions: revoked },
      });
      return { status: 200, data: { password_changed_at: changedAt, revoked_sessions: revoked } };
    },
  );
}

function wrongPassword() {
  return refuseInput('/current_password', 'current', 'This is not the present password.');
}
