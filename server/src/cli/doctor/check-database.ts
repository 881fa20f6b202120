import type pg from 'pg';
import {
  CLOCK_LIMIT_MS,
  clocksDiffer,
  describeDifference,
  measureDifference,
} from '../../platform/clock/index.ts';
import { checkServerVersion, MigrationError } from '../../platform/migrations/index.ts';
import { type Finding, findingsOf } from './finding.ts';

/** Whether the version of the database is one that Plystra is made for. */
export async function checkVersion(client: pg.Client): Promise<Finding[]> {
  const { ok, warning, failed } = findingsOf('server version');
  const hint = 'Move to PostgreSQL 16 or newer.';
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  const figures = { version: rows[0]?.version };
  try {
    const sentence = await checkServerVersion(client);
    if (sentence === null) return [ok(`PostgreSQL ${rows[0]?.version}.`, figures)];
    return [warning(sentence, hint, figures)];
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return [failed(error.message, hint, figures)];
  }
}

/** Whether what the database has committed survives a crash. */
export async function checkDurability(client: pg.Client): Promise<Finding[]> {
  const { ok, warning } = findingsOf('durability');
  const { rows } = await client.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings
     where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name`,
  );
  const off = rows.filter(({ setting }) => setting === 'off');
  if (off.length === 0) return [ok('What is committed survives a crash of the database.')];
  return off.map(({ name, setting }) =>
    warning(
      `${name} is off: decisions that were answered can be missing after a crash.`,
      `Set ${name} = on, for the server, the database and the role.`,
      { [name]: setting },
    ),
  );
}

/** Whether this machine and the database have the same time. */
export async function checkClock(client: pg.Client): Promise<Finding[]> {
  const { ok, warning, failed } = findingsOf('clock');
  const difference = await measureDifference(client);
  const sentence = describeDifference(difference);
  const figures = {
    offset_ms: Math.round(difference.offsetMs),
    uncertainty_ms: Math.ceil(difference.uncertaintyMs),
  };
  const hint = 'Synchronise the clocks of both machines (NTP), then run this again.';
  if (clocksDiffer(difference)) return [failed(sentence, hint, figures)];
  if (difference.uncertaintyMs <= CLOCK_LIMIT_MS) return [ok(sentence, figures)];
  return [
    warning(`${sentence} The database answers too slowly to tell.`, 'Run this again, nearer to it.', figures),
  ];
}
