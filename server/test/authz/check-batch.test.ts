import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey, insertSession } from '../harness/server-credentials.ts';
import { assertRefused, type Sent, violationsIn } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

type Decision = { readonly allow: boolean; readonly deny_code: string | null; readonly audit_log_id: string };
type Explained = Decision & {
  readonly trace: { readonly target: { readonly resource: { readonly metadata: unknown } } } | null;
};

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

test('long metadata is not repeated in traces, and a little of it is, however often it is asked', async () => {
  const note = (length: number) => JSON.stringify({ note: 'x'.repeat(length) });
  await server.sql(
    `insert into resources (id, resource_type, space_id, group_id, metadata)
     values ('invoice_long', 'invoice', 'space_1', 'group_1', $1), ('invoice_short', 'invoice', 'space_1', 'group_1', $2)`,
    [note(9_000), note(5)],
  );
  const of = (id: string) => ({ ...allowedQuestion, resource_id: id, explain: true });
  const answer = await ask([
    of('invoice_long'),
    of('invoice_short'),
    of('invoice_long'),
    of('invoice_short'),
  ]);
  assert.equal(answer.status, 200, answer.text);
  const shown = answer.body.data.items.map((item) => (item as Explained).trace?.target.resource.metadata);
  const long = { plystra_left_out: `${note(9_000).length} characters` };
  assert.deepEqual(shown, [long, { note: 'xxxxx' }, long, { note: 'xxxxx' }]);
});

test('traces of one answer are bounded together; those beyond are null, and on record', async () => {
  await server.sql(`
    insert into roles (id, space_id, key, name) select 'many_' || n, 'space_1', 'many_' || n, 'Many' from generate_series(1, 60) n;
    insert into role_permissions (id, space_id, role_id, permission_id)
      select 'many_rp_' || n, 'space_1', 'many_' || n, 'permission_1' from generate_series(1, 60) n;
    insert into member_roles (id, space_id, member_id, role_id)
      select 'many_mr_' || n, 'space_1', 'member_1', 'many_' || n from generate_series(1, 60) n`);
  const answer = await ask(Array.from({ length: 1_000 }, () => ({ ...allowedQuestion, explain: true })));
  assert.equal(answer.status, 200, answer.text.slice(0, 500));
  const items = answer.body.data.items as Explained[];
  const explained = items.filter(({ trace }) => trace !== null).length;
  assert.ok(explained > 100 && explained < 900, `${explained} of ${items.length}`);
  assert.ok(items.slice(0, explained).every(({ trace }) => trace !== null));
  const [row] = await server.sql<{ considered: number }>(
    `select json_array_length(trace -> 'considered') as considered from audit_logs where id = $1`,
    [items.at(-1)?.audit_log_id],
  );
  assert.ok((row?.considered ?? 0) > 60);
});
