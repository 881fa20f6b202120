import type { Database } from '../../platform/database/index.ts';
import type { Logger } from '../../platform/logging/index.ts';

const monthsAhead = 3;

/**
 * How long a month may wait for its locks: rows that are being written would wait behind it. What did not come about
 * is tried again in the next round.
 */
const lockTimeout = '2s';

const warnings: Readonly<Record<string, string>> = {
  rows_in_default: 'Audit rows of a month are in the DEFAULT partition, and so stay the rest of that month.',
  detached:
    'A month of the audit log was detached and is needed again; its rows go to the DEFAULT partition.',
};

/**
 * Makes the partitions of the audit log for this month and the next three (UTC, by the clock of the database), each in
 * a transaction of its own. A month that cannot have a partition is told as a warning: its rows go to DEFAULT.
 */
export async function keepMonthsAhead(database: Database, log: Pick<Logger, 'warn'>): Promise<void> {
  for (let ahead = 0; ahead <= monthsAhead; ahead += 1) {
    const { month, found } = await database.transaction(async (tx) => {
      await tx.query("select set_config('lock_timeout', $1, true)", [lockTimeout]);
      const asked = await tx.query(
        "select to_char(now() at time zone 'UTC' + make_interval(months => $1), 'YYYY-MM-01') as month",
        [ahead],
      );
      const day = String(asked.rows[0]?.['month']);
      const answer = await tx.query('select plystra_ensure_audit_partition($1) as found', [day]);
      return { month: day.slice(0, 7), found: String(answer.rows[0]?.['found']) };
    });
    const warning = warnings[found];
    if (warning !== undefined) log.warn({ month, found }, warning);
  }
}
