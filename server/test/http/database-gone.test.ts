import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { migrateUp } from '../../src/platform/migrations/index.ts';
import { closeFolders, newFolder, start } from '../harness/database-folder.ts';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey, insertSuperAdmin } from '../harness/server-credentials.ts';
import { type Answer, assertRefused } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';
import { CORE_MIGRATIONS } from '../platform/schema-fixture.ts';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';

let server: TestServer;
let proxy: DatabaseProxy;
let key: string;
let token: string;
let postmaster: number;
const folder = newFolder();
const within = { timeout: 30_000 };

before(async () => {
  const database = await start(folder);
  postmaster = database.pid;
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await migrateUp(client, CORE_MIGRATIONS);
  await client.end();
  proxy = await startDatabaseProxy(database.url);
  server = await startTestServer({ databaseUrl: proxy.url, env: { HTTP_WRITE_TIMEOUT: '3s' } });
  await insertWorld(server);
  ({ token } = await insertSuperAdmin(server));
  ({ key } = await insertApiKey(server, { permissions: ['authz:check'] }));
});
after(async () => {
  await server.stop();
  await proxy.down();
  await closeFolders();
});

test(
  'a database that holds still is 503, and the same server answers when it moves again',
  within,
  async () => {
    assert.equal((await check()).status, 200);
    proxy.hold();
    try {
      assertGone(await check());
    } finally {
      proxy.release();
    }
    assert.equal((await check()).status, 200);
  },
);

test('a database that was killed is 503, and the same server answers when it is back', within, async () => {
  assert.equal((await check()).status, 200);
  process.kill(postmaster, 'SIGKILL');
  await proxy.down();
  const gone = await Promise.all([
    check(),
    server.api('GET', '/api/v1/spaces/space_1/groups', { token }),
    server.api('POST', '/api/v1/spaces/space_1/groups', { token, body: { path: 'lost' } }),
    server.api('POST', '/api/v1/auth/login', { body: { email: 'user_1@example.com', password: 'x' } }),
    server.api('GET', '/api/v1/ready'),
    ...Array.from({ length: 20 }, check),
  ]);
  for (const answer of gone) assertGone(answer);
  for (const path of ['/api/v1/health', '/api/v1/version']) {
    assert.equal((await server.api('GET', path)).status, 200);
  }

  const again = await start(folder);
  await proxy.up(again.url);
  const answer = await check();
  assert.equal(answer.body.data['allow'], true, answer.text);
  assert.equal((await server.api('GET', '/api/v1/ready')).status, 200);
  assert.deepEqual(await server.sql("select id from groups where path = 'lost'"), []);
});

function check(): Promise<Answer> {
  return server.api('POST', '/api/v1/authz/check', { key, body: allowedQuestion });
}

function assertGone(answer: Answer): void {
  assertRefused(answer, 'NOT_READY');
  assert.equal(answer.headers['retry-after'], '1');
  assert.deepEqual(answer.body.error.details, { retry_after_seconds: 1 });
}
