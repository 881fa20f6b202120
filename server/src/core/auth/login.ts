import type { CoreInput, CoreReply } from '../../contract/core.ts';
import type { RequestFacts } from '../../contract/handlers.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import { HashQueueFull } from '../../platform/crypto/index.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { recordedTransaction } from '../kernel/index.ts';
import { type Account, findAccountByEmail, lockActiveAccount, normalEmail, userOnWire } from './accounts.ts';
import { availableMembers, firstActor } from './available-members.ts';
import { unlessBusy } from './hashing-busy.ts';
import { countLogin } from './login-throttle.ts';
import { mintSession } from './mint-session.ts';
import type { AuthServices } from './services.ts';

/** A password may be changed, or given a newer hash, between its proof and the lock on its User: then once more. */
const MAX_PROOFS = 3;

const noteLogin = `
update users set last_login_at = date_trunc('milliseconds', now())
where id = $1 and (last_login_at is null or last_login_at <= now() - interval '1 minute')`;
const renewHash = 'update users set password_hash = $2 where id = $1';

/**
 * Proves a password and starts a session. Whatever is wrong with the credentials has one answer and takes one time: a
 * password is always hashed, and an audit row written.
 */
export async function login(
  services: AuthServices,
  { body, request }: Pick<CoreInput<'login'>, 'body' | 'request'>,
): Promise<CoreReply<'login'>> {
  const email = normalEmail(body.email);
  const attempt = await countLogin(services, email, request.ip);
  if (isRefusal(attempt)) return attempt;
  for (let proofs = 0; proofs < MAX_PROOFS; proofs += 1) {
    const account = await findAccountByEmail(preparedOn(services.database.pool), email);
    const hash = account?.status === 'active' ? account.password_hash : null;
    const proven = await unlessBusy(() => services.passwords.verify(body.password, hash));
    if (isRefusal(proven)) {
      await attempt.withdrawn();
      return proven;
    }
    if (!proven || account === null || hash === null) return refused(services, email, account, request);
    const data = await startSession(services, { ...account, password_hash: hash }, body.password, request);
    if (data === null) continue;
    await attempt.succeeded();
    return { status: 200, data };
  }
  return refuse('AUTHENTICATION_REQUIRED');
}

/** The address that was tried is kept as a keyed hash: it may be nobody's, and attempts on one can be told apart. */
async function refused(
  services: AuthServices,
  email: string,
  account: Account | null,
  request: RequestFacts,
) {
  await recordedTransaction(services.database, request, [], (mutation) =>
    mutation.record({
      action: 'auth.login_failed',
      decision: 'deny',
      spaceId: null,
      resourceType: 'user',
      resourceId: account?.id ?? null,
      before: null,
      after: { tried_address: services.hashers.throttle.hash(email) },
    }),
  );
  return refuse('AUTHENTICATION_REQUIRED');
}

/** Null when the User is not any more what the password was proven against. */
async function startSession(
  services: AuthServices,
  proven: Account & { readonly password_hash: string },
  password: string,
  request: RequestFacts,
) {
  const newHash = await newerHash(services, proven.password_hash, password);
  return recordedTransaction(services.database, request, [], async (mutation) => {
    const account = await lockActiveAccount(mutation, proven.id);
    if (account === null || account.password_hash !== proven.password_hash) return null;
    await mutation.query(noteLogin, [account.id]);
    if (newHash !== null) await mutation.query(renewHash, [account.id, newHash]);
    const members = await availableMembers(mutation, account.id);
    const actor = firstActor(members);
    const { sessionId, tokens } = await mintSession(mutation, services, { id: account.id, actor }, request);
    await mutation.record({
      action: 'auth.login',
      spaceId: null,
      resourceType: 'session',
      resourceId: sessionId,
      before: null,
      after: { id: sessionId, user_id: account.id, actor },
      actor: {
        userId: account.id,
        memberId: actor?.member_id ?? null,
        userMemberId: actor?.user_member_id ?? null,
      },
    });
    return { ...tokens, user: userOnWire(account), actor, available_members: members };
  });
}

/** A hash of the present cost where the stored one is of another. There is another login to come: never a failure. */
async function newerHash({ passwords }: AuthServices, stored: string, password: string) {
  if (!passwords.needsRehash(stored)) return null;
  try {
    return await passwords.hash(password);
  } catch (error) {
    if (error instanceof HashQueueFull) return null;
    throw error;
  }
}
