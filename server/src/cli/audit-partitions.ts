import pg from 'pg';
import {
  type AuditPartition,
  auditPartitions,
  defaultMonths,
  MONTHS_AHEAD,
  type MonthOutcome,
  makeMonth,
} from '../core/audit/index.ts';
import { preparedOn } from '../platform/database/index.ts';
import type { Command, CommandContext, OptionValues, Outcome } from './command.ts';
import type { Output } from './output.ts';
import { partitionRows, partitionText } from './partition-view.ts';
import { requireMigrations } from './require-migrations.ts';
import { UsageError } from './usage-error.ts';
import { withDatabase } from './with-database.ts';

const USAGE = '[--months <n>]';
const MOST_MONTHS = 120;
const LOCK_NOT_AVAILABLE = '55P03';

/** `audit partitions`: the months of the audit log, those ahead made. */
export const auditPartitionsCommand: Command = {
  name: ['audit', 'partitions'],
  summary: 'List the months of the audit log, and make those that are missing ahead.',
  usage: USAGE,
  description:
    'Makes the partitions of this month and the following ones (UTC, by the clock of the database) that are missing,\n' +
    'and lists all: range, rows as the statistics of the database have them, size. The server does the same for three\n' +
    'months ahead every five minutes. Changes nothing when run again. Fails when a month has no partition of its own.',
  options: {
    months: {
      type: 'string',
      value: 'n',
      description: `How many months ahead, 0 to ${MOST_MONTHS}. Left out: ${MONTHS_AHEAD}.`,
    },
  },
  async run(context) {
    const ahead = monthsAsked(context.options);
    return withDatabase(context, (client) => onDatabase(context, client, ahead));
  },
};

/** Beside what the database says: the locks could not be had in time. */
type Asked = Pick<MonthOutcome, 'month'> & { readonly found: MonthOutcome['found'] | 'locked' };

function monthsAsked({ months }: OptionValues): number {
  if (months === undefined) return MONTHS_AHEAD;
  const number = /^\d{1,3}$/.test(String(months)) ? Number(months) : Number.NaN;
  if (number <= MOST_MONTHS) return number;
  throw new UsageError(
    `--months takes a number from 0 to ${MOST_MONTHS}.`,
    `plystractl audit partitions ${USAGE}`,
  );
}

async function onDatabase(
  { chains, output }: CommandContext,
  client: pg.Client,
  ahead: number,
): Promise<Outcome> {
  await requireMigrations(client, chains);
  await client.query("set timezone = 'UTC'; set datestyle = 'ISO, YMD'");
  const months: Asked[] = [];
  for (let month = 0; month <= ahead; month += 1) months.push(await make(client, month));
  const connection = preparedOn(client);
  const partitions = await auditPartitions(connection);
  const inDefault = await defaultMonths(connection);
  tell(output, partitions, months, inDefault);
  return {
    exitCode: months.every(({ found }) => found === 'created' || found === 'exists') ? 0 : 1,
    json: { partitions: partitions.map(partitionRows), months, default_months: inDefault },
  };
}

async function make(client: pg.Client, ahead: number): Promise<Asked> {
  await client.query('begin');
  try {
    const made = await makeMonth(preparedOn(client), ahead);
    await client.query('commit');
    return made;
  } catch (error) {
    await client.query('rollback');
    if (!(error instanceof pg.DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    const { rows } = await client.query<{ month: string }>(
      "select to_char(now() at time zone 'UTC' + make_interval(months => $1), 'YYYY-MM') as month",
      [ahead],
    );
    return { month: String(rows[0]?.month), found: 'locked' };
  }
}

function tell(
  output: Output,
  partitions: readonly AuditPartition[],
  months: readonly Asked[],
  inDefault: readonly string[],
): void {
  for (const line of partitionText(partitions)) output.line(line);
  for (const { month, found } of months) {
    if (found === 'created') output.line(`${output.paint('green', 'made')} ${month}`);
    else if (found !== 'exists') {
      output.line(`${output.paint('red', 'missing')} ${month}: ${reasons[found]}`);
      output.note(`${month}: ${hints[found](month)}`);
    }
  }
  if (inDefault.length > 0)
    output.line(
      `${output.paint('yellow', 'in DEFAULT')} ${inDefault.join(', ')}: rows of months without a partition`,
    );
  if (months.every(({ found }) => found === 'exists')) output.line(output.paint('green', 'no month missing'));
}

const reasons = {
  rows_in_default: 'rows of it are in the DEFAULT partition already',
  detached: 'its table is there, and detached from the audit log',
  locked: 'the locks could not be had within two seconds',
} as const;

const hints: Readonly<Record<keyof typeof reasons, (month: string) => string>> = {
  rows_in_default: () =>
    'Nothing is lost, and nothing needs to be done: the rows of this month are found where they are, and its further\n' +
    'ones join them. The months after it have partitions of their own. Only, this month cannot be detached by itself.',
  detached: (month) =>
    'Its rows go to the DEFAULT partition until the table is a partition again; as long as DEFAULT holds none of them:\n' +
    `  ${attach(month)}\nA table of this name that is not of the audit log has to be renamed instead.`,
  locked: () =>
    'Rows of the audit log were being written for long. Run this again; the server tries again, too.',
};

function attach(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = new Date(Date.UTC(year, number)).toISOString().slice(0, 7);
  return (
    `alter table audit_logs attach partition audit_logs_${month.replace('-', '_')}` +
    ` for values from ('${month}-01 00:00+00') to ('${next}-01 00:00+00');`
  );
}
