import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { readPidFile } from '../../src/platform/embedded-postgres/postmaster.ts';
import { isAlive, mayBePostgresIn } from '../../src/platform/embedded-postgres/processes.ts';
import { migrateUp } from '../../src/platform/migrations/index.ts';

/** A server for tests with one migrated template database on it. */
export type TestServer = {
  /** URL of a database from which others can be created and dropped. */
  readonly adminUrl: string;
  /** Name of the template; it accepts no connections. */
  readonly template: string;
  /** Ends the server, or on a server that is not ours drops the template. */
  close(): Promise<void>;
  /** The same at once and without waiting for promises, for the end of a process. */
  closeNow(): void;
};

const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', 'migrations', 'core');
/** Whatever the server's own defaults are: an encoding that holds everything, and order by code point. */
const GIVEN_ORIGIN = `template0 encoding 'UTF8' locale 'C'`;
const TEMPLATE_PREFIX = 'plystra_template_';
const FOLDER = /^plystra-test-(\d+)-/;

/**
 * Gives a server with a migrated template: the one behind PLYSTRA_TEST_DATABASE_URL (the URL of a role that may
 * create databases) if that is set, else an embedded one in a temporary folder.
 */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env['PLYSTRA_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return prepareGivenServer(given);

  sweepDeadRuns();
  const folder = mkdtempSync(join(tmpdir(), `plystra-test-${process.pid}-`));
  try {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    const template = await createTemplate(server.url, 'template1');
    const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
    return {
      adminUrl: server.url,
      template,
      close: () => server.stop().then(removeFolder),
      closeNow: () => endAndRemove(folder),
    };
  } catch (error) {
    endAndRemove(folder);
    throw error;
  }
}

/** Runs one statement on a connection of its own. */
export async function runStatement(url: string, statement: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(statement);
  });
}

async function prepareGivenServer(adminUrl: string): Promise<TestServer> {
  const template = await createTemplate(adminUrl, GIVEN_ORIGIN);
  const drop = async (): Promise<void> => {
    await withClient(adminUrl, async (client) => {
      const { rows } = await client.query<{ datname: string }>(
        'select datname from pg_database where starts_with(datname, $1)',
        [clonePrefix(template)],
      );
      for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
    });
    await runStatement(adminUrl, `alter database ${template} is_template false`);
    await runStatement(adminUrl, `drop database ${template}`);
  };
  return { adminUrl, template, close: drop, closeNow: () => undefined };
}

/** A fresh database with all core migrations, closed to connections so that it can be cloned at any time. */
async function createTemplate(adminUrl: string, origin: string): Promise<string> {
  const name = `${TEMPLATE_PREFIX}${randomUUID().slice(-12)}`;
  await runStatement(adminUrl, `create database ${name} template ${origin}`);
  await withClient(databaseOf(adminUrl, name), async (client) => {
    await migrateUp(client, MIGRATIONS);
  });
  await runStatement(adminUrl, `alter database ${name} is_template true allow_connections false`);
  return name;
}

/** What the names of all clones of a template start with, so that those that nobody dropped can be found. */
export function clonePrefix(template: string): string {
  return `plystra_test_${template.slice(TEMPLATE_PREFIX.length)}_`;
}

/** The URL of another database on the same server. */
export function databaseOf(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** A run that was killed leaves its server and its folder; whoever starts next clears them away. */
function sweepDeadRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(FOLDER.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isAlive(pid)) endAndRemove(join(tmpdir(), name));
  }
}

/** Ends the server of a folder without ceremony, as the data is not wanted any more, and removes the folder. */
export function endAndRemove(folder: string): void {
  const cluster = join(folder, 'postgres', 'cluster');
  const pid = readPidFile(cluster)?.pid;
  try {
    if (pid !== undefined && isAlive(pid) && mayBePostgresIn(pid, cluster)) {
      process.kill(pid, 'SIGQUIT');
      const clock = new Int32Array(new SharedArrayBuffer(4));
      for (let waited = 0; waited < 5000 && isAlive(pid); waited += 20) Atomics.wait(clock, 0, 0, 20);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Another user's, or swept by another run at this moment.
  }
}
