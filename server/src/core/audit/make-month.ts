import type { Queryable } from '../../platform/database/index.ts';

/** What came of asking for the partition of a month, as `plystra_ensure_audit_partition` says it. */
export type MonthFound = 'created' | 'exists' | 'rows_in_default' | 'detached';

/** A month as `2026-03`, and what came of asking for its partition. */
export type MonthOutcome = { readonly month: string; readonly found: MonthFound };

/** How many months ahead of the present one are kept made. */
export const MONTHS_AHEAD = 3;

/** How long a month may wait for its locks: rows that are being written would wait behind it. */
const LOCK_TIMEOUT = '2s';

/**
 * Makes the partition of the month that is so many months ahead (UTC, by the clock of the database), if it is missing.
 * To be called in a transaction for each month, since the locks last as long as that.
 *
 * @throws the database's error 55P03 (lock_not_available) when it has to wait too long for its locks
 */
export async function makeMonth(tx: Queryable, ahead: number): Promise<MonthOutcome> {
  await tx.query("select set_config('lock_timeout', $1, true)", [LOCK_TIMEOUT]);
  const asked = await tx.query(
    "select to_char(now() at time zone 'UTC' + make_interval(months => $1), 'YYYY-MM-01') as day",
    [ahead],
  );
  const day = String(asked.rows[0]?.['day']);
  const answer = await tx.query('select plystra_ensure_audit_partition($1) as found', [day]);
  return { month: day.slice(0, 7), found: answer.rows[0]?.['found'] as MonthFound };
}
