import type { ClientBase } from 'pg';

import type { MigrationFile } from './migration-files.ts';

/** A row of schema_migrations. */
export interface AppliedMigration {
  readonly version: string;
  readonly name: string;
  readonly checksum: string;
  readonly appliedAt: Date;
  readonly executionTimeMs: number;
}

/** Makes the table that remembers what was applied. Call it with the migration lock held. */
export async function ensureAppliedMigrations(client: ClientBase): Promise<void> {
  await client.query(`
    create table if not exists schema_migrations (
      namespace text collate "C" not null,
      version text collate "C" not null,
      name text not null,
      checksum text not null,
      applied_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
      execution_time_ms integer not null,
      primary key (namespace, version)
    )`);
}

/** Lists what was applied in a namespace, oldest first; nothing when the database has never been migrated. */
export async function readAppliedMigrations(
  client: ClientBase,
  namespace: string,
): Promise<AppliedMigration[]> {
  const exists = await client.query<{ found: boolean }>(
    `select to_regclass('schema_migrations') is not null as found`,
  );
  if (exists.rows[0]?.found !== true) return [];
  const result = await client.query<AppliedMigration>(
    `select version, name, checksum, applied_at as "appliedAt", execution_time_ms as "executionTimeMs"
     from schema_migrations where namespace = $1 order by version`,
    [namespace],
  );
  return result.rows;
}

/** Records a file as applied, in the transaction that applied it. Times are milliseconds. */
export async function recordMigration(
  client: ClientBase,
  namespace: string,
  { version, name, checksum }: MigrationFile,
  executionTimeMs: number,
): Promise<void> {
  await client.query(
    `insert into schema_migrations (namespace, version, name, checksum, execution_time_ms) values ($1, $2, $3, $4, $5)`,
    [namespace, version, name, checksum, executionTimeMs],
  );
}
