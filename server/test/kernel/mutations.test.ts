import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey, insertUser } from '../harness/server-credentials.ts';

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

test('changes that collide are repeated: swapping unique values gives no 5xx', async (t) => {
  // All of them wait for each other: without the short limit on time that the other tests ask for.
  const patient = await startTestServer();
  t.after(() => patient.stop());
  const { key: itsKey } = await insertApiKey(patient, { permissions: ['*'] });
  const ids = ['user_swap_a', 'user_swap_b'];
  for (const id of ids) await insertUser(patient, id);
  const swap = (id: string, email: string) =>
    patient.api('PATCH', `/api/v1/users/${id}`, { key: itsKey, body: { email } });
  const emails = ['user_swap_a@example.com', 'user_swap_b@example.com'];
  const calls = Array.from({ length: 40 }, (_, at) =>
    swap(ids[at % 2] ?? '', emails[(at + Math.floor(at / 2)) % 2] ?? ''),
  );
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  assert.deepEqual(
    statuses.filter((status) => status !== 200 && status !== 409),
    [],
  );
});

test('an Idempotency-Key lets one of many through; the others are told so or get its answer', async () => {
  const headers = { 'Idempotency-Key': 'many-at-once' };
  const body = { path: 'only_once', display_name: 'Once', metadata: { a: 1, b: 2 } };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => post('/api/v1/spaces/space_two/groups', body, headers)),
  );
  const made = answers.filter(({ status }) => status === 201);
  const fresh = made.filter((answer) => answer.headers['idempotency-replayed'] === undefined);
  assert.equal(fresh.length, 1);
  assert.ok(answers.every(({ status }) => status === 201 || status === 409));
  const rows = await server.sql("select 1 from groups where path = 'only_once'");
  assert.equal(rows.length, 1);
});

test('a kept answer is replayed for the same request however its keys are ordered, and for no other', async () => {
  const headers = { 'Idempotency-Key': 'again' };
  const first = await post(
    '/api/v1/spaces',
    { id: 'space_idem', name: 'Idem', metadata: { a: 1, b: 2 } },
    headers,
  );
  const second = await post(
    '/api/v1/spaces',
    { metadata: { b: 2, a: 1 }, name: 'Idem', id: 'space_idem' },
    headers,
  );
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.equal(second.headers['idempotency-replayed'], 'true');
  const other = await post('/api/v1/spaces', { id: 'space_idem', name: 'Other' }, headers);
  assert.equal(other.status, 422);
});

test('what is kept of a request with a password cannot be guessed from its text', async () => {
  const body = { email: 'keyed@example.com', id: 'user_keyed', password: 'nine lanterns over the harbour' };
  await post('/api/v1/users', body, { 'Idempotency-Key': 'with-password' });
  const [row] = await server.sql("select request_hash from idempotency_keys where key = 'with-password'");
  const plain = createHash('sha256')
    .update(JSON.stringify([{}, body]))
    .digest('hex');
  assert.notEqual(row?.['request_hash'], plain);
});
