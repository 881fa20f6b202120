import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../server/src/platform/embedded-postgres/index.ts';
import { migrateUp } from '../../server/src/platform/migrations/index.ts';
import { databaseOf, endAndRemove } from '../../server/test/harness/database-server.ts';
import { insertWorlds } from '../../server/test/oracle/insert-worlds.ts';
import { emptyWorld, type World } from '../../server/test/oracle/world.ts';
import { insertBenchKey } from './bench-key.ts';
import { openClone, type WorldClone } from './world-clone.ts';

/** The database server of one run, with the measured world in a template. */
export type BenchDatabase = {
  /** Process id of the postmaster. */
  readonly pid: number;
  /** What the server says about itself: its version and the settings that decide what a commit costs. */
  readonly settings: Readonly<Record<string, string>>;
  /** Seconds that the world took to load, indexes, triggers and statistics included. */
  readonly loadSeconds: number;
  /** Makes a fresh database with the world in it; the name consists of letters, digits and `_`. */
  clone(name: string): Promise<WorldClone>;
  /** Writes all that is pending to disk, so that nobody's window pays for what came before it. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

const migrations = join(import.meta.dirname, '../../migrations/core');
const template = 'bench_template';

/**
 * What differs from PostgreSQL's defaults: more connections, as all servers of a run hold theirs at once, and no
 * checkpoint and no vacuum by the clock, which would fall into one window and not into another.
 */
const settings: Readonly<Record<string, string>> = {
  max_connections: '250',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
};

/** Starts an embedded PostgreSQL of its own in a temporary folder and loads the world into a template. */
export async function startBenchDatabase(world: World): Promise<BenchDatabase> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'plystra-bench-'));
  const remove = () => endAndRemove(dataFolder);
  process.once('exit', remove);
  const first = await startEmbeddedPostgres({ dataFolder });
  await withClient(first.url, async (client) => {
    for (const [name, value] of Object.entries(settings)) {
      await client.query(`alter system set ${name} = '${value}'`);
    }
  });
  await first.stop();
  const server = await startEmbeddedPostgres({ dataFolder });
  const admin = new pg.Client({ connectionString: server.url });
  admin.on('error', () => undefined);
  await admin.connect();
  await admin.query(`create database ${template} template template1`);
  const started = performance.now();
  await load(databaseOf(server.url, template), world);
  const loadSeconds = (performance.now() - started) / 1000;
  return {
    pid: server.pid,
    settings: await readSettings(admin),
    loadSeconds,
    async clone(name) {
      await admin.query(`create database bench_${name} template ${template} strategy file_copy`);
      return openClone(databaseOf(server.url, `bench_${name}`));
    },
    async settle() {
      await admin.query('checkpoint');
    },
    async close() {
      await admin.end();
      await server.stop();
      remove();
      process.off('exit', remove);
    },
  };
}

/** Runs work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function load(url: string, { resources, ...graph }: World): Promise<void> {
  await withClient(url, (client) => migrateUp(client, migrations));
  await Promise.all([
    withTransaction(url, async (client) => {
      for (const [table, rows] of Object.entries(graph)) {
        await insertWorlds(client, [{ ...emptyWorld(), [table]: rows }]);
        // The references of the next tables are looked up by the plan that the statistics of this one give.
        await client.query(`analyze ${table}`);
      }
      await insertBenchKey(client);
    }),
    withTransaction(url, async (client) => {
      // Four references of each of so many rows take most of the time of loading, and these are known to be right.
      await client.query('set local session_replication_role = replica');
      await insertWorlds(client, [{ ...emptyWorld(), resources }]);
    }),
  ]);
  await withClient(url, (client) => client.query('vacuum analyze'));
}

function withTransaction(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  return withClient(url, async (client) => {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  });
}

async function readSettings(client: pg.Client): Promise<Readonly<Record<string, string>>> {
  const names = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method'];
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [[...names, 'shared_buffers', ...Object.keys(settings)]],
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}
