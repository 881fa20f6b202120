import type { Queryable } from '../../platform/database/index.ts';

/** How many attempts are allowed, and what happens after. Times in milliseconds. */
export type ThrottleRule = {
  /** Names what is counted: the same key counts apart in every bucket. */
  readonly bucket: string;
  readonly limit: number;
  readonly windowMs: number;
  /** How long attempts are refused once the limit is reached. Doubled with each lock that follows another. */
  readonly lockMs: number;
  /** Where the doubling ends; the same as `lockMs` for locks of equal length. */
  readonly maxLockMs: number;
};

/**
 * One statement, so that parallel attempts are counted one after the other by the row's lock. The attempt that reaches
 * the limit is still allowed, and locks those after it; a lock or a window that is over starts anew. A key that has
 * been quiet for a day is not held to its earlier locks.
 */
const count = `
insert into throttles as t (bucket, key_hash, attempts, window_ends_at, locked_until, lock_count)
values ($1, $2, 1, now() + $4 * interval '1 ms',
  case when $3::integer <= 1 then now() + $5 * interval '1 ms' end, case when $3::integer <= 1 then 1 else 0 end)
on conflict (bucket, key_hash) do update
set (attempts, window_ends_at, locked_until, lock_count, updated_at) = (
  select next.attempts,
    case when next.anew then excluded.window_ends_at else t.window_ends_at end,
    case when next.attempts < $3::integer then null
      when next.attempts = $3::integer
        then now() + least($5 * power(2, least(next.locks, 16)), $6::float8) * interval '1 ms'
      else t.locked_until end,
    case when next.attempts = $3::integer then next.locks + 1 else next.locks end,
    now()
  from (
    select ended.anew, case when ended.anew then 1 else least(t.attempts, $3::integer) + 1 end as attempts,
      case when now() > ended.at + interval '1 day' then 0 else t.lock_count end as locks
    from (select coalesce(t.locked_until, t.window_ends_at) as at,
      now() >= coalesce(t.locked_until, t.window_ends_at) as anew) as ended
  ) as next
)
returning attempts, extract(epoch from locked_until - now())::float8 as wait`;

const takeBack = `
update throttles set attempts = greatest(attempts - 1, 0), updated_at = now(),
  locked_until = case when attempts > $3 then locked_until end,
  lock_count = case when attempts = $3 and locked_until is not null then greatest(lock_count - 1, 0)
    else lock_count end
where bucket = $1 and key_hash = $2`;

const lockedFor = `
select extract(epoch from locked_until - now())::float8 as wait
from throttles where bucket = $1 and key_hash = $2 and locked_until > now()`;

const clear = 'delete from throttles where bucket = $1 and key_hash = $2';

/**
 * Counts one attempt of `keyHash`, before it is known whether it succeeds. Gives null when it is allowed, else the
 * seconds to wait. To be called outside the transaction of the attempt, so that a rollback does not uncount it.
 */
export async function countAttempt(
  connection: Queryable,
  rule: ThrottleRule,
  keyHash: string,
): Promise<number | null> {
  const values = [rule.bucket, keyHash, rule.limit, rule.windowMs, rule.lockMs, rule.maxLockMs];
  const { rows } = await connection.query(count, values);
  const { attempts, wait } = rows[0] as { attempts: number; wait: number | null };
  return attempts <= rule.limit ? null : Math.max(1, Math.ceil(wait ?? rule.lockMs / 1000));
}

/** The seconds for which attempts of `keyHash` are refused still, without counting one; null when they are not. */
export async function waitOf(
  connection: Queryable,
  rule: ThrottleRule,
  keyHash: string,
): Promise<number | null> {
  const { rows } = await connection.query(lockedFor, [rule.bucket, keyHash]);
  const wait = rows[0]?.['wait'] as number | undefined;
  return wait === undefined ? null : Math.max(1, Math.ceil(wait));
}

/** Uncounts one attempt that was no failure; a lock that it caused goes with it. */
export async function takeBackAttempt(
  connection: Queryable,
  rule: ThrottleRule,
  keyHash: string,
): Promise<void> {
  await connection.query(takeBack, [rule.bucket, keyHash, rule.limit]);
}

/** Forgets all attempts of the key. */
export async function clearAttempts(
  connection: Queryable,
  rule: ThrottleRule,
  keyHash: string,
): Promise<void> {
  await connection.query(clear, [rule.bucket, keyHash]);
}
