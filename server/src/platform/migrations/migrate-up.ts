import { performance } from 'node:perf_hooks';

import { type ClientBase, DatabaseError } from 'pg';

import { ensureAppliedMigrations, readAppliedMigrations, recordMigration } from './applied-migrations.ts';
import { MigrationError } from './migration-error.ts';
import { loadMigrations, type MigrationChain, type MigrationFile } from './migration-files.ts';
import { compareMigrations, findObstacles } from './migration-status.ts';

/** A migration that this call applied. */
export interface MigrationRun {
  readonly version: string;
  readonly name: string;
  readonly executionTimeMs: number;
}

/** Key of the advisory lock under which schema_migrations is read and written; any chain, one lock. */
const MIGRATION_LOCK = 7_501_006_010;

/**
 * Applies the pending migrations of a folder in order, each in one transaction together with its row in
 * schema_migrations, and returns those that this call applied. Any number of callers may do so at once: each
 * file runs once. `onApplied` hears of each as it is committed.
 *
 * The client must be outside a transaction. Throws MigrationError at the first problem; what was applied before
 * it stays, the file that failed leaves nothing.
 */
export async function migrateUp(
  client: ClientBase,
  folder: string,
  onApplied?: (run: MigrationRun) => void,
): Promise<MigrationRun[]> {
  const chain = await loadMigrations(folder);
  const runs: MigrationRun[] = [];
  for (;;) {
    const run = await applyNext(client, chain);
    if (run === undefined) return runs;
    runs.push(run);
    onApplied?.(run);
  }
}

/**
 * Applies the first pending file, if there is one. The lock belongs to the transaction, not to the session: it
 * goes away with a broken connection, and a pooler in transaction mode cannot hand it to a stranger.
 */
async function applyNext(client: ClientBase, chain: MigrationChain): Promise<MigrationRun | undefined> {
  // Read committed, whatever the role's default: what is read after the wait for the lock must be fresh.
  await client.query('begin isolation level read committed');
  try {
    // Timeouts of the role are meant for requests, not for a change of the schema or the wait for one.
    await client.query(
      'set local statement_timeout = 0; set local lock_timeout = 0; set local client_min_messages = warning',
    );
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await ensureAppliedMigrations(client);
    const states = compareMigrations(chain, await readAppliedMigrations(client, chain.namespace));
    const [obstacle] = findObstacles(states);
    if (obstacle !== undefined) throw new MigrationError(obstacle.code, obstacle.message);
    const next = states.find(({ state }) => state === 'pending')?.version;
    const file = chain.files.find(({ version }) => version === next);
    const run = file && (await applyFile(client, chain.namespace, file));
    await client.query('commit');
    return run;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function applyFile(client: ClientBase, namespace: string, file: MigrationFile): Promise<MigrationRun> {
  const started = performance.now();
  try {
    await client.query(file.sql);
  } catch (cause) {
    throw new MigrationError('failed', describeFailure(file, cause), { file: file.file, cause });
  }
  const executionTimeMs = Math.round(performance.now() - started);
  await recordMigration(client, namespace, file, executionTimeMs);
  return { version: file.version, name: file.name, executionTimeMs };
}

/** PostgreSQL's own words, and the line of the file: the reader is the operator who has to repair it. */
function describeFailure({ file, sql }: MigrationFile, cause: unknown): string {
  if (!(cause instanceof DatabaseError)) {
    return `${file} failed: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
  // `position` counts characters, not UTF-16 units, from 1.
  const position = Number(cause.position);
  const before = Number.isInteger(position) ? [...sql].slice(0, position - 1) : undefined;
  const line = before && before.filter((character) => character === '\n').length + 1;
  const extras = [
    cause.detail && `detail: ${cause.detail}`,
    cause.hint && `hint: ${cause.hint}`,
    cause.where && `where: ${cause.where}`,
  ].filter((extra) => extra !== undefined && extra !== '');
  const place = line === undefined ? file : `${file}, line ${line}`;
  return [`${place} failed: ${cause.message} (SQLSTATE ${cause.code})`, ...extras].join('\n');
}
