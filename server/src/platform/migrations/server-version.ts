import type { ClientBase } from 'pg';
import { MigrationError } from './migration-error.ts';

const OLDEST_ACCEPTED = 15;
const OLDEST_WANTED = 16;

/**
 * Asks the server for its version. Gives a sentence of warning where the version is accepted and not wanted, null where
 * all is well.
 *
 * @throws MigrationError `server-too-old`, naming the version that was found and those that are wanted
 */
export async function checkServerVersion(client: Pick<ClientBase, 'query'>): Promise<string | null> {
  const { rows } = await client.query<{ number: string; name: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as name",
  );
  const [found = { number: '0', name: 'unknown' }] = rows;
  return judgeVersion(Number(found.number), found.name);
}

/** What `checkServerVersion` makes of a version; `number` as of `server_version_num`, 160004 for 16.4. */
export function judgeVersion(number: number, name: string): string | null {
  const major = Math.floor(number / 10_000);
  const wanted = `wanted is ${OLDEST_WANTED} or newer, and ${OLDEST_ACCEPTED} is accepted`;
  if (major < OLDEST_ACCEPTED) {
    throw new MigrationError('server-too-old', `The database is PostgreSQL ${name}; ${wanted}.`);
  }
  return major < OLDEST_WANTED ? `The database is PostgreSQL ${name}; ${wanted}.` : null;
}
