import type { CoreInput, CoreReply } from '../../contract/core.ts';
import { refuse, refuseForNow } from '../../contract/refusal.ts';
import { isToken } from '../../platform/crypto/index.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { addressBucket } from '../../platform/net/index.ts';
import { type Mutation, recordedTransaction } from '../kernel/index.ts';
import { refreshTokenPrefix } from './credentials.ts';
import {
  newTokenPair,
  type SessionEnds,
  type TokenPair,
  type TokensOnWire,
  tokensOnWire,
} from './mint-session.ts';
import type { AuthServices } from './services.ts';
import { findSessionByRefreshToken, lockRefreshable, type RefreshableSession } from './session-store.ts';
import { countAttempt, type ThrottleRule } from './throttle.ts';

/** Far beyond what clients do: what guards the database against one that refreshes in a loop. */
const perSession: ThrottleRule = {
  bucket: 'refresh:session',
  limit: 60,
  windowMs: 60_000,
  lockMs: 60_000,
  maxLockMs: 60_000,
};

/** Tokens of nobody, from one address, whatever they look like. */
const unknownPerAddress: ThrottleRule = { ...perSession, bucket: 'refresh:address' };

const rotate = `
update sessions set access_token_hash = $2, refresh_token_hash = $3, generation = generation + 1, sealed_pair = $4,
  expires_at = least(at + $5 * interval '1 ms', absolute_expires_at),
  refresh_expires_at = least(at + $6 * interval '1 ms', absolute_expires_at),
  rotated_at = at, last_used_at = at, version = version + 1, updated_at = at
from date_trunc('milliseconds', clock_timestamp()) as at
where id = $1
returning expires_at, refresh_expires_at`;
const consume = `
insert into session_refresh_tokens (token_hash, session_id, generation, consumed_at)
values ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()))`;
const consumedAgo = `
select extract(epoch from clock_timestamp() - consumed_at)::float8 * 1000 as ago
from session_refresh_tokens where token_hash = any($1) and session_id = $2`;
const endForReuse = `
update sessions set revoked_at = date_trunc('milliseconds', now()), sealed_pair = null, version = version + 1,
  revoked_reason = 'A refresh token was used again after its exchange.',
  updated_at = date_trunc('milliseconds', now())
where id = $1`;

/**
 * Exchanges a refresh token for the next pair. Within the grace a token that was exchanged gets the current pair again,
 * so that parallel refreshes all end with the same tokens; later its use is theft and ends the session.
 */
export async function refreshSession(
  services: AuthServices,
  { body, request }: Pick<CoreInput<'refreshSession'>, 'body' | 'request'>,
): Promise<CoreReply<'refreshSession'>> {
  const token = body.refresh_token;
  if (!isToken(token, refreshTokenPrefix)) return unknownToken(services, request.ip);
  const hashes = services.hashers.refreshToken.candidates(token);
  const connection = preparedOn(services.database.pool);
  const sessionId = await findSessionByRefreshToken(connection, hashes);
  if (sessionId === null) return unknownToken(services, request.ip);
  const wait = await countAttempt(connection, perSession, services.hashers.throttle.hash(sessionId));
  if (wait !== null) return refuseForNow('AUTH_RATE_LIMITED', wait);
  const tokens = await recordedTransaction(services.database, request, [], async (mutation) => {
    const session = await lockRefreshable(mutation, sessionId);
    if (session === null) return null;
    if (hashes.includes(session.refresh_token_hash)) return nextPair(services, mutation, session, token);
    return exchangedBefore(services, mutation, session, hashes);
  });
  return tokens === null ? refuse('SESSION_EXPIRED') : { status: 200, data: tokens };
}

async function unknownToken({ database, hashers }: AuthServices, ip: string | null) {
  const key = hashers.throttle.hash(addressBucket(ip));
  const wait = await countAttempt(preparedOn(database.pool), unknownPerAddress, key);
  return wait === null ? refuse('SESSION_EXPIRED') : refuseForNow('AUTH_RATE_LIMITED', wait);
}

async function nextPair(
  { hashers, sealer, settings }: AuthServices,
  mutation: Mutation,
  session: RefreshableSession,
  token: string,
): Promise<TokensOnWire> {
  const pair = newTokenPair();
  const { rows } = await mutation.query(rotate, [
    session.id,
    hashers.accessToken.hash(pair.access),
    hashers.refreshToken.hash(pair.refresh),
    Buffer.from(sealer.seal(JSON.stringify(pair), session.id), 'base64url'),
    settings.session.accessTtlMs,
    settings.session.refreshTtlMs,
  ]);
  await mutation.query(consume, [hashers.refreshToken.hash(token), session.id, session.generation]);
  return tokensOnWire(pair, rows[0] as SessionEnds);
}

/** The current pair within the grace; else null, the session being over. */
async function exchangedBefore(
  { sealer, settings }: AuthServices,
  mutation: Mutation,
  session: RefreshableSession,
  hashes: readonly string[],
): Promise<TokensOnWire | null> {
  const { rows } = await mutation.query(consumedAgo, [hashes, session.id]);
  const ago = rows[0]?.['ago'] as number | undefined;
  if (ago === undefined) return null;
  if (ago < settings.session.refreshGraceMs) {
    const sealed = session.sealed_pair?.toString('base64url');
    const opened = sealed === undefined ? null : sealer.open(sealed, session.id);
    return opened === null ? null : tokensOnWire(JSON.parse(opened) as TokenPair, session);
  }
  await mutation.query(endForReuse, [session.id]);
  await mutation.record({
    action: 'auth.refresh_reuse',
    decision: 'deny',
    spaceId: null,
    resourceType: 'session',
    resourceId: session.id,
    before: { id: session.id, user_id: session.user_id, revoked_at: null },
    after: { id: session.id, user_id: session.user_id, revoked_at: mutation.now.toISOString() },
    // Whose token it was; who used it again is not known.
    actor: { userId: session.user_id, memberId: null, userMemberId: null },
  });
  return null;
}
