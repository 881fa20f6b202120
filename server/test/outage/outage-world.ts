import assert from 'node:assert/strict';
import pg from 'pg';
import { migrateUp } from '../../src/platform/migrations/index.ts';
import { answeredAuditIds, type Load, startLoad } from '../crash/load.ts';
import { closeFolders, newFolder, start } from '../harness/database-folder.ts';
import { untilDecidedFromMemory } from '../harness/decided-from-memory.ts';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';
import { send } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';
import { type DatabaseProxy, startDatabaseProxy } from '../http/database-proxy.ts';
import { CORE_MIGRATIONS } from '../platform/schema-fixture.ts';

/** How long the database is away, in milliseconds: longer when a person wants to see it. */
export const outageMs = 1_000 * Number(process.env['PLYSTRA_OUTAGE_SECONDS'] ?? 1);
/** A test that waits longer than this has hung. */
export const within = { timeout: 60_000 + 4 * outageMs };
/** Clients that ask at once. */
export const clients = 64;

/** A server with the small world, whose database is its own and stands behind a proxy. */
export type OutageWorld = {
  readonly server: TestServer;
  readonly proxy: DatabaseProxy;
  readonly key: string;
  /** Stops the database, in peace or with what no peace is made with, and refuses its clients from then on. */
  endDatabase(how: 'in peace' | 'by SIGQUIT'): Promise<void>;
  /** Starts it again, in another place. */
  startDatabase(): Promise<void>;
  load(name: string): Load;
  /** Waits until decisions are made from memory again. Until then the server says of itself that they are not. */
  current(): Promise<void>;
  /**
   * Ends a load: every decision that was answered has its row, and all that was not answered with one was refused for
   * the time being, each by one of these codes. Gives how many were refused.
   */
  settle(load: Load, name: string, codes: readonly string[]): Promise<number>;
  close(): Promise<void>;
};

/** Starts it. */
export async function openOutageWorld(env: Readonly<Record<string, string>> = {}): Promise<OutageWorld> {
  const folder = newFolder();
  let database = await start(folder);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await migrateUp(client, CORE_MIGRATIONS);
  await client.end();
  const proxy = await startDatabaseProxy(database.url);
  const server = await startTestServer({ databaseUrl: proxy.url, env });
  await insertWorld(server);
  const { key } = await insertApiKey(server, { permissions: ['authz:check'] });
  await untilDecidedFromMemory(server, () => check({ server, key }));
  return {
    server,
    proxy,
    key,
    async endDatabase(how) {
      if (how === 'by SIGQUIT') process.kill(database.pid, 'SIGQUIT');
      await Promise.all([database.stop(), proxy.down()]);
    },
    async startDatabase() {
      database = await start(folder);
      await proxy.up(database.url);
    },
    load: (name) => startLoad(server.url, key, clients, name),
    async current() {
      for (;;) {
        const { status, body } = await send<{ problems: unknown[] }>(server.url, 'GET', '/api/v1/ready');
        if (status === 200 && body.data.problems.length === 0) return;
        await pause(100);
      }
    },
    async settle(load, name, codes) {
      await load.stop();
      const refused = [...load.outcomes.values()].filter(
        (outcome) => outcome.kind !== 'answered' || outcome.status !== 200,
      );
      for (const outcome of refused) {
        assert.equal(outcome.kind, 'answered');
        assert.ok(codes.includes(String(outcome.code)), `${outcome.status} ${outcome.code}`);
      }
      const rows = await allowed(database.url, `${name}-`);
      // A request may have a second row: one that went in while its connection broke, so that nobody heard of it.
      const recorded = new Set(rows.map(({ request_id: request, id }) => `${request} ${id}`));
      const answered = answeredAuditIds(load.outcomes);
      assert.equal(answered.size + refused.length, load.outcomes.size);
      for (const [request, id] of answered) assert.ok(recorded.has(`${request} ${id}`), request);
      return refused.length;
    },
    async close() {
      await server.stop();
      await proxy.down();
      await closeFolders();
    },
  };
}

/** The rows of what was allowed, past the proxy. */
async function allowed(url: string, prefix: string): Promise<{ request_id: string; id: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ request_id: string; id: string }>(
    "select request_id, id from audit_logs where starts_with(request_id, $1) and decision = 'allow'",
    [prefix],
  );
  await client.end();
  return rows;
}

/** Waits so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks what the world allows. */
export function check({ server, key }: Pick<OutageWorld, 'server' | 'key'>) {
  return server.api<{ allow: boolean }>('POST', '/api/v1/authz/check', { key, body: allowedQuestion });
}
