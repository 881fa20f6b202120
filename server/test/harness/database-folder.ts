import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/index.ts';
import { endAndRemove } from './database-server.ts';

const folders: { root: string; data: string }[] = [];
const started: EmbeddedPostgres[] = [];

/** The path of a data folder that does not exist yet, in a temporary folder that everybody can pass through. */
export function newFolder(name = 'data'): string {
  const root = mkdtempSync(join(tmpdir(), 'plystra-folder-'));
  chmodSync(root, 0o711);
  const data = join(root, name);
  folders.push({ root, data });
  return data;
}

/** Starts an embedded database that `closeFolders` stops. */
export async function start(
  dataFolder: string,
  options: Omit<EmbeddedPostgresOptions, 'dataFolder'> = {},
): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ dataFolder, ...options });
  started.push(database);
  return database;
}

/** Stops what was started, whoever did it, and removes the folders. */
export async function closeFolders(): Promise<void> {
  for (const database of started.splice(0)) await database.stop();
  for (const { root, data } of folders.splice(0)) {
    endAndRemove(data);
    rmSync(root, { recursive: true, force: true });
  }
}

/** Runs a query on a connection of its own and gives its only row. */
export async function queryOne(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed under the query must fail the query, not the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0] ?? {};
  } finally {
    await client.end();
  }
}
