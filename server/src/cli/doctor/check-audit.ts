import type pg from 'pg';
import {
  defaultMonths,
  MONTHS_AHEAD,
  monthsWithoutPartition,
  unprotectedAuditTables,
} from '../../core/audit/index.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { type Finding, findingsOf } from './finding.ts';

/**
 * Whether the months of the audit log are made ahead. The present and the next month count as failed, for their rows
 * would go to DEFAULT for good.
 */
export async function checkPartitions(client: pg.Client): Promise<Finding[]> {
  const { ok, warning, failed } = findingsOf('audit partitions');
  const connection = preparedOn(client);
  const inDefault = await defaultMonths(connection);
  const missing = (await monthsWithoutPartition(connection, MONTHS_AHEAD)).filter(
    ({ month }) => !inDefault.includes(month),
  );
  const hint =
    'Run: plystractl audit partitions (a server does the same when it starts, and every five minutes)';
  const found = missing.map(({ month, ahead }) => {
    const message = `The month ${month} of the audit log has no partition.`;
    return ahead <= 1 ? failed(message, hint, { month }) : warning(message, hint, { month });
  });
  if (inDefault.length > 0) {
    found.push(
      warning(
        `The DEFAULT partition holds rows of ${inDefault.join(', ')}.`,
        'Nothing is lost; these months cannot be detached by themselves. More: plystractl audit partitions',
        { default_months: inDefault },
      ),
    );
  }
  return found.length > 0 ? found : [ok(`This month and the next ${MONTHS_AHEAD} have theirs.`)];
}

/** Whether the triggers that refuse to change the audit log are there, on each of its tables, and enabled. */
export async function checkAppendOnly(client: pg.Client): Promise<Finding[]> {
  const { ok, failed } = findingsOf('append-only audit log');
  const tables = await unprotectedAuditTables(preparedOn(client));
  if (tables.length === 0)
    return [
      ok('Each of its tables refuses UPDATE, DELETE and TRUNCATE, by triggers that are always enabled.'),
    ];
  return tables.map(({ table, lacks }) =>
    failed(
      `${table} does not refuse ${lacks.join(' and ')}: a trigger is missing or not enabled always.`,
      `Enable it: alter table ${table} enable always trigger <name>; where it is missing: plystractl schema check`,
      { table, lacks },
    ),
  );
}
