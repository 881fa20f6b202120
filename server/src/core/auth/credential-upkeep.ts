import type { Queryable } from '../../platform/database/index.ts';
import type { LiveApiKey, LiveSession } from './credential-store.ts';

// Whoever finds a row locked leaves it: somebody else is writing the same, or ending the credential.
const due = (table: string) => `
where id in (select id from ${table} where id = any($1) and (last_used_at is null or
  last_used_at <= now() - interval '1 minute') for no key update skip locked)`;
const touchSession = `
update sessions set last_used_at = date_trunc('milliseconds', now()),
  sealed_pair = case when rotated_at > now() - interval '1 minute' then sealed_pair end ${due('sessions')}`;
const touchApiKey = `
update api_keys set last_used_at = date_trunc('milliseconds', now()) ${due('api_keys')}`;
const rehashSession = 'update sessions set access_token_hash = $3 where id = $1 and access_token_hash = $2';
// The hash belongs to the authorization graph. Its scope is locked before the row, as mutations do.
const rehashApiKey = `
update api_keys set key_hash = $3
from (select count(*) from plystra_lock_scopes(array[$4::text])) as locked
where id = $1 and key_hash = $2`;

/** Writes down that sessions were used, once a minute each. */
export async function touchSessions(connection: Queryable, ids: readonly string[]): Promise<void> {
  await connection.query(touchSession, [ids]);
}

/** The same for API keys. */
export async function touchApiKeys(connection: Queryable, ids: readonly string[]): Promise<void> {
  await connection.query(touchApiKey, [ids]);
}

/**
 * What the use of a session leaves behind: the instant, once a minute; a hash under the present secret where it was
 * under an earlier one (`hashes` holds the present one first); and nothing of a token pair whose grace is over.
 */
export async function keepSession(
  connection: Queryable,
  live: LiveSession,
  hashes: readonly string[],
): Promise<void> {
  if (live.touchDue) await touchSessions(connection, [live.sessionId]);
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
  if (live.touchDue) await touchApiKeys(connection, [live.apiKeyId]);
  if (live.storedHash !== hashes[0] && hashes.includes(live.storedHash)) {
    await connection.query(rehashApiKey, [live.apiKeyId, live.storedHash, hashes[0], live.spaceId ?? '*']);
  }
}
