import { join } from 'node:path';
import pg from 'pg';
import type { Config } from './platform/config/index.ts';
import { type LossReason, startEmbeddedPostgres } from './platform/embedded-postgres/index.ts';
import type { Logger } from './platform/logging/index.ts';
import { checkServerVersion, migrateUp, verifyMigrations } from './platform/migrations/index.ts';
import { type FolderSecrets, folderSecrets } from './platform/secrets/index.ts';
import { root } from './root.ts';

/** The migrations of Core. */
export const coreMigrations = join(root, 'migrations/core');

/** Where the data is. `folder` and `secrets` are there with the embedded database only. */
export type DatabasePlace = {
  readonly url: string;
  readonly folder: string | null;
  readonly secrets: FolderSecrets | null;
  stop(): Promise<void>;
};

/**
 * The migrated database of a configuration: the embedded one, started and brought up to date, or the configured one,
 * whose migrations have to be applied already. `onLost` is told once when the embedded one is gone.
 *
 * @throws Error with a message for the operator; the embedded database is stopped again then
 */
export async function coreDatabase(
  config: Config,
  log: Logger,
  say: (text: string) => void,
  onLost: (why: LossReason) => void,
): Promise<DatabasePlace> {
  const { url } = config.database;
  if (url !== null) {
    const warning = await requireMigrations(url);
    if (warning !== null) log.warn(warning);
    return { url, folder: null, secrets: null, stop: async () => undefined };
  }
  const embedded = await startEmbeddedPostgres({
    dataFolder: config.server.dataDir,
    onRelocated: (folder) =>
      say(`The data folder is ${folder}: the database cannot reach the one asked for.`),
    onLost,
  });
  try {
    const folder = embedded.dataFolder;
    const secrets = await folderSecrets(folder);
    const applied = await withClient(embedded.url, (client) => migrateUp(client, coreMigrations));
    if (applied.length > 0) say(`Applied ${applied.length} migration(s) to the embedded database.`);
    return { url: embedded.url, folder, secrets, stop: () => embedded.stop() };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/** Connections that a process has beside its pool: two for the audit log, one for the authorization graph. */
const ownConnections = 3;

/** A sentence of warning where all workers together may want more connections than the database allows; else null. */
export async function warnOfConnections(config: Config, url: string): Promise<string | null> {
  const { workers } = config.server;
  const wanted = workers * (config.database.poolSize + ownConnections);
  const allowed = await withClient(url, async (client) => {
    const { rows } = await client.query<{ allowed: number }>(
      `select current_setting('max_connections')::int
         - current_setting('superuser_reserved_connections')::int as allowed`,
    );
    return rows[0]?.allowed ?? wanted;
  });
  if (wanted <= allowed) return null;
  const fitting = Math.max(1, Math.floor(allowed / workers) - ownConnections);
  return (
    `${workers} workers may open ${wanted} connections (each DATABASE_POOL_SIZE + ${ownConnections}), and the database ` +
    `allows ${allowed}. Set DATABASE_POOL_SIZE to ${fitting} at most, or raise max_connections.`
  );
}

/** Gives the warning about the version of the server, if there is one. */
async function requireMigrations(url: string): Promise<string | null> {
  const { warning, problems } = await withClient(url, async (client) => ({
    warning: await checkServerVersion(client),
    problems: await verifyMigrations(client, coreMigrations),
  }));
  if (problems.length === 0) return warning;
  const listed = problems.map(({ message }) => `  ${message}`).join('\n');
  throw new Error(
    `The database does not stand where this release's migrations do:\n${listed}\n` +
      'Back it up, then run: plystractl migrate up',
  );
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'plystra',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The database cannot be reached: ${why || 'no answer'}. Look at DATABASE_URL.`, {
      cause: error,
    });
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
