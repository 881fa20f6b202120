import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';

/** Nothing else is asked of this server: under load, what is right may take longer than it allows. */
let server: TestServer;
let key: string;

before(async () => {
  server = await startTestServer({ env: { HTTP_WRITE_TIMEOUT: '1s' } });
  key = (await insertApiKey(server, { permissions: ['*'] })).key;
  for (const id of ['space_one', 'space_two']) await post('/api/v1/spaces', { id, name: id });
});
after(() => server.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.api('POST', path, { key, body, headers });

/** Holds the revision row of a scope, as a long change elsewhere would, while `work` goes on. */
async function whileLocked<T>(scope: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select plystra_lock_scopes($1)', [[scope]]);
    return await work();
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 500));

test('a mutation that was answered 503 for lack of time is not carried out afterwards', async () => {
  const answer = await whileLocked('space_one', () =>
    post('/api/v1/spaces/space_one/groups', { path: 'late' }),
  );
  assert.equal(answer.status, 503);
  await settled();
  const rows = await server.sql("select 1 from groups where path = 'late'");
  assert.equal(rows.length, 0);
});

test('a check that was answered 503 for lack of time leaves no decision behind', async () => {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('lock table members in access exclusive mode');
  const actor = { user_id: 'u', member_id: 'm', user_member_id: 'b', space_id: 'space_one' };
  const question = { actor, action: 'read', resource_type: 'late_type', resource_id: 'r' };
  const answer = await post('/api/v1/authz/check', question);
  await client.query('rollback');
  await client.end();
  assert.equal(answer.status, 503);
  await settled();
  const rows = await server.sql("select 1 from audit_logs where resource_type = 'late_type'");
  assert.equal(rows.length, 0);
});

test('writers that wait for one Space leave reads and other Spaces their connections', async () => {
  const [waiting, read, written] = await whileLocked('space_one', async () => {
    const writers = Array.from({ length: 60 }, (_, at) =>
      post('/api/v1/spaces/space_one/groups', { path: `wait_${at}` }),
    );
    const get = await server.api('GET', '/api/v1/spaces/space_two', { key });
    const other = await post('/api/v1/spaces/space_two/groups', { path: 'free' });
    return [await Promise.all(writers), get, other];
  });
  assert.equal(read.status, 200);
  assert.equal(written.status, 201);
  assert.deepEqual(new Set(waiting.map(({ status }) => status)), new Set([503]));
});
