import type { Queryable } from '../../platform/database/index.ts';
import type { LiveApiKey, LiveSession } from './credential-store.ts';

// Whoever finds the row locked leaves it: somebody else is writing the same, or ending the credential.
const touchSession = `
update sessions set last_used_at = date_trunc('milliseconds', now()),
  sealed_pair = case when rotated_at > now() - interval '1 minute' then sealed_pair end
where id = (select id from sessions where id = $1 and (last_used_at is null or
  last_used_at <= now() - interval '1 minute') for no key update skip locked)`;
const touchApiKey = `
update api_keys set last_used_at = date_trunc('milliseconds', now())
where id = (select id from api_keys where id = $1 and (last_used_at is null or
  last_used_at <= now() - interval '1 minute') for no key update skip locked)`;
const rehashSession = 'update sessions set access_token_hash = $3 where id = $1 and access_token_hash = $2';
// The hash belongs to the authorization graph. Its scope is locked before the row, as mutations do.
const rehashApiKey = `
update api_keys set key_hash = $3
from (select count(*) from plystra_lock_scopes(array[$4::text])) as locked
where id = $1 and key_hash = $2`;

/**
 * What the use of a session leaves behind: the instant, once a minute; a hash under the present secret where it was
 * under an earlier one (`hashes` holds the present one first); and nothing of a token pair whose grace is over.
 */
export async function keepSession(
  connection: Queryable,
  live: LiveSession,
  hashes: readonly string[],
): Promise<void> {
  if (live.touchDue) await connection.query(touchSession, [live.sessionId]);
  if (live.storedHash !== hashes[0]) {
    await connection.query(rehashSession, [live.sessionId, live.storedHash, hashes[0]]);
  }
}

/** What the use of an API key leaves behind, likewise. The secret before a rotation is not given a new hash. */
export async function keepApiKey(
  connection: Queryable,
  live: LiveApiKey,
  hashes: readonly string[],
): Promise<void> {
  if (live.touchDue) await connection.query(touchApiKey, [live.apiKeyId]);
  if (live.storedHash !== hashes[0] && hashes.includes(live.storedHash)) {
    await connection.query(rehashApiKey, [live.apiKeyId, live.storedHash, hashes[0], live.spaceId ?? '*']);
  }
}
