import type { Queryable } from '../../platform/database/index.ts';

// The longest grace that can be set is a minute. Rows are locked in the order of their keys, and those that somebody
// else has locked are left for the next time: this never waits, so that it is in nobody's way.
const statements = [
  `update sessions set sealed_pair = null where id in (
     select id from sessions where sealed_pair is not null and rotated_at <= now() - interval '1 minute'
     order by id for no key update skip locked)`,
  `delete from session_refresh_tokens where token_hash in (
     select t.token_hash from session_refresh_tokens t join sessions s on s.id = t.session_id
     where s.revoked_at is not null or s.refresh_expires_at <= now()
     order by t.token_hash for update of t skip locked)`,
  `delete from sessions where id in (
     select id from sessions where absolute_expires_at <= now() - interval '1 day'
     order by id for update skip locked)`,
  `delete from throttles where (bucket, key_hash) in (
     select bucket, key_hash from throttles
     where greatest(window_ends_at, locked_until) <= now() - interval '1 day'
     order by bucket, key_hash for update skip locked)`,
];

/**
 * Deletes what has ended: sealed token pairs after their grace, exchanged refresh tokens of sessions that are over,
 * sessions a day after their absolute end, and counters that have been quiet for a day. Safe to run at any time, by
 * any number of processes; every few minutes is enough.
 */
export async function forgetEnded(connection: Queryable): Promise<void> {
  for (const statement of statements) await connection.query(statement);
}
