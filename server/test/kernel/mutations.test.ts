import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';

let server: TestServer;
let key: string;

before(async () => {
  server = await startTestServer();
  key = (await insertApiKey(server, { permissions: ['*'] })).key;
  for (const id of ['space_one', 'space_two']) await post('/api/v1/spaces', { id, name: id });
});
after(() => server.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.api('POST', path, { key, body, headers });

test('changes that collide are repeated: swapping unique values gives no 5xx', async () => {
  const ids = ['user_swap_a', 'user_swap_b'];
  for (const id of ids) await post('/api/v1/users', { id, email: `${id}@example.com` });
  const swap = (id: string, email: string) =>
    server.api('PATCH', `/api/v1/users/${id}`, { key, body: { email } });
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
