import type { Queryable } from '../../platform/database/index.ts';

// The longest grace that can be set is a minute.
const statements = [
  `update sessions set sealed_pair = null where sealed_pair is not null and rotated_at <= now() - interval '1 minute'`,
  `delete from session_refresh_tokens t using sessions s
   where s.id = t.session_id and (s.revoked_at is not null or s.refresh_expires_at <= now())`,
  `delete from sessions where absolute_expires_at <= now() - interval '1 day'`,
  `delete from throttles where greatest(window_ends_at, locked_until) <= now() - interval '1 day'`,
];

/**
 * Deletes what has ended: sealed token pairs after their grace, exchanged refresh tokens of sessions that are over,
 * sessions a day after their absolute end, and counters that have been quiet for a day. Safe to run at any time, by
 * any number of processes; every few minutes is enough.
 */
export async function forgetEnded(connection: Queryable): Promise<void> {
  for (const statement of statements) await connection.query(statement);
}
