import type { Database } from '../../platform/database/index.ts';
import type { Logger } from '../../platform/logging/index.ts';
import { MONTHS_AHEAD, type MonthFound, makeMonth } from './make-month.ts';

const warnings: Readonly<Partial<Record<MonthFound, string>>> = {
  rows_in_default: 'Audit rows of a month are in the DEFAULT partition, and so stay the rest of that month.',
  detached:
    'A month of the audit log was detached and is needed again; its rows go to the DEFAULT partition.',
};

/**
 * Makes the partitions of the audit log for this month and the next three, each in a transaction of its own. A month
 * that cannot have a partition is told as a warning: its rows go to DEFAULT. One that cannot have its locks in time is
 * tried again in the next round.
 */
export async function keepMonthsAhead(database: Database, log: Pick<Logger, 'warn'>): Promise<void> {
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead += 1) {
    const { month, found } = await database.transaction((tx) => makeMonth(tx, ahead));
    const warning = warnings[found];
    if (warning !== undefined) log.warn({ month, found }, warning);
  }
}
