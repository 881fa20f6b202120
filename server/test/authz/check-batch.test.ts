import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey, insertSession } from '../harness/server-credentials.ts';
import { assertRefused, type Sent, violationsIn } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

type Decision = { readonly allow: boolean; readonly deny_code: string | null; readonly audit_log_id: string };

let server: TestServer;
const keys = { instance: '', two: '' };
let session: string;

before(async () => {
  server = await startTestServer();
  await insertWorld(server);
  const permissions = ['authz:check'];
  keys.instance = (await insertApiKey(server, { permissions })).key;
  keys.two = (await insertApiKey(server, { permissions, spaceId: 'space_2' })).key;
  await server.sql(
    `insert into admin_grants (id, user_id, level, space_id, permission_key)
     values ('grant_asker', 'user_1', 'space_admin', 'space_1', 'authz:check')`,
  );
  session = (await insertSession(server, 'user_1', 'binding_1')).token;
});
after(() => server.stop());

const ask = (items: readonly unknown[], credential: Partial<Sent> = { key: keys.instance }) =>
  server.api<{ items: Decision[] }>('POST', '/api/v1/authz/check-batch', { body: { items }, ...credential });
const rows = async () =>
  Number((await server.sql<{ n: string }>('select count(*) as n from audit_logs'))[0]?.n);

test('a thousand questions get a thousand answers in their order, each on a row of its own', async () => {
  const before = await rows();
  const items = Array.from({ length: 1000 }, (_, at) =>
    at % 3 === 0 ? { ...allowedQuestion, resource_id: `nothing_${at}` } : allowedQuestion,
  );
  const answer = await ask(items);
  assert.equal(answer.status, 200, answer.text.slice(0, 500));
  const decisions = answer.body.data.items;
  assert.deepEqual(
    decisions.map(({ deny_code }) => deny_code),
    items.map((_, at) => (at % 3 === 0 ? 'RESOURCE_NOT_FOUND' : null)),
  );
  assert.equal(await rows(), before + 1000);
  const asked = await server.sql<{ id: string; resource_id: string }>(
    'select id, resource_id from audit_logs where id = any($1)',
    [decisions.map(({ audit_log_id }) => audit_log_id)],
  );
  const byId = new Map(asked.map(({ id, resource_id }) => [id, resource_id]));
  assert.deepEqual(
    decisions.map(({ audit_log_id }) => byId.get(audit_log_id)),
    items.map(({ resource_id }) => resource_id),
  );
});

test('an empty batch and one of more than a thousand questions are refused', async () => {
  assertRefused(await ask([]), 'VALIDATION_FAILED');
  const items = Array.from({ length: 1001 }, () => allowedQuestion);
  assertRefused(await ask(items), 'VALIDATION_FAILED');
});

test('one question that is refused refuses all, by its place, and nothing is recorded', async () => {
  const before = await rows();
  const wrong = { ...allowedQuestion, actor: { user_id: 'user_1' } };
  const answer = await ask([allowedQuestion, allowedQuestion, wrong]);
  assertRefused(answer, 'VALIDATION_FAILED');
  assert.deepEqual(violationsIn(answer), ['body /items/2/actor/member_id required']);
  const inline = { ...allowedQuestion, grants: [] };
  assertRefused(await ask([allowedQuestion, inline], { token: session }), 'INLINE_CONTEXT_REQUIRES_API_KEY');
  assertRefused(await ask([allowedQuestion], { key: keys.two }), 'ADMIN_PERMISSION_REQUIRED');
  assert.equal(await rows(), before);
});

test('a session may ask for itself in each question, and have some of them explained', async () => {
  const { actor: _, ...own } = allowedQuestion;
  const answer = await ask([own, { ...own, explain: true }, allowedQuestion], { token: session });
  assert.equal(answer.status, 200, answer.text);
  const traces = answer.body.data.items.map((item) => 'trace' in item && item.trace !== null);
  assert.deepEqual(traces, [false, true, false]);
});
