import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey, insertSession, insertSuperAdmin } from '../harness/server-credentials.ts';
import { assertRefused, type Sent, violationsIn } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

type Decision = {
  readonly decision: string;
  readonly deny_code: string | null;
  readonly audit_log_id: string;
  readonly trace_id: string;
  readonly reason: string;
  readonly audit: Readonly<Record<string, unknown>>;
  readonly matched_candidates: readonly unknown[] | null;
  readonly trace: Readonly<Record<string, unknown>> | null;
};

let server: TestServer;
const keys = { instance: '', one: '', two: '', group: '' };
let session: string;

before(async () => {
  server = await startTestServer();
  await insertWorld(server);
  await insertSuperAdmin(server);
  const permissions = ['authz:check'];
  keys.instance = (await insertApiKey(server, { permissions })).key;
  keys.one = (await insertApiKey(server, { permissions, spaceId: 'space_1' })).key;
  keys.two = (await insertApiKey(server, { permissions, spaceId: 'space_2' })).key;
  keys.group = (await insertApiKey(server, { permissions, spaceId: 'space_1', groupId: 'group_1' })).key;
  await server.sql(
    `insert into admin_grants (id, user_id, level, space_id, permission_key)
     values ('grant_asker', 'user_1', 'space_admin', 'space_1', 'authz:check')`,
  );
  session = (await insertSession(server, 'user_1', 'binding_1')).token;
});
after(() => server.stop());

const ask = (body: unknown, credential: Partial<Sent> = { key: keys.instance }, how = 'check') =>
  server.api<Decision>('POST', `/api/v1/authz/${how}`, { body, ...credential });

const { actor } = allowedQuestion;
const question = { action: 'approve', resource_type: 'invoice', actor };

/** A question in Context Mode about a resource in `finance.apac`. */
const inContext = {
  ...question,
  resource: { id: 'r', space_id: 'space_1', group_path: 'finance.apac' },
  grants: [{ scope: 'group_tree', scope_anchor_group_path: 'finance' }],
};

test('check, check with explain, and explain give the same decision, each with a row of its own', async () => {
  for (const body of [allowedQuestion, { ...allowedQuestion, resource_id: 'nobody' }, inContext]) {
    const check = await ask(body);
    const explained = await ask({ ...body, explain: true });
    const explain = await ask(body, { key: keys.instance }, 'explain');
    const told = [check, explained, explain].map(({ body: { data } }) => [
      data.decision,
      data.deny_code,
      data.reason,
    ]);
    assert.deepEqual(told[1], told[0]);
    assert.deepEqual(told[2], told[0]);
    assert.equal(check.body.data.trace, null);
    assert.deepEqual(explained.body.data.matched_candidates, explain.body.data.matched_candidates);
    const ids = new Set([check, explained, explain].map(({ body: { data } }) => data.audit_log_id));
    assert.equal(ids.size, 3);
  }
});

test('an answered check has its audit row, with the trace that explain would show', async () => {
  const { body, headers } = await ask(allowedQuestion, { key: keys.instance }, 'explain');
  const { audit_log_id: id, trace_id: traceId, trace } = body.data;
  assert.equal(headers['x-plystra-audit-log-id'], id);
  assert.equal(headers['x-plystra-trace-id'], traceId);
  assert.equal(id.slice('audit_'.length), traceId.slice('trc_'.length));
  const [row] = await server.sql<Record<string, unknown>>('select * from audit_logs where id = $1', [id]);
  assert.equal(row?.['action'], 'invoice.approve');
  assert.equal(row?.['decision'], 'allow');
  assert.deepEqual(row?.['trace'], trace);
});

test('a session asks for the Member that it acts through, and for no other User', async () => {
  const own = await ask(
    { action: 'approve', resource_type: 'invoice', resource_id: 'invoice_1' },
    { token: session },
  );
  assert.equal(own.body.data.decision, 'allow');
  assert.equal(own.body.data.audit['actor_user_member_id'], 'binding_1');
  const other = { ...allowedQuestion, actor: { ...actor, user_id: 'root' } };
  assertRefused(await ask(other, { token: session }), 'ACTIVE_MEMBER_REQUIRED');
});

test('inline facts from a session are refused, whatever they say', async () => {
  for (const body of [
    { ...allowedQuestion, grants: [] },
    { ...allowedQuestion, resource: { group_path: 'finance' } },
    { ...allowedQuestion, actor: { ...actor, user_status: 'active' } },
  ]) {
    assertRefused(await ask(body, { token: session }), 'INLINE_CONTEXT_REQUIRES_API_KEY');
  }
});

test('grants that are there but empty are Context Mode without grants; null is no list', async () => {
  const none = await ask({ ...inContext, grants: [] });
  assert.equal(none.body.data.deny_code, 'NO_MATCHING_PERMISSION');
  const wrong = await ask({ ...inContext, grants: null });
  assertRefused(wrong, 'VALIDATION_FAILED');
});

test('a key without an actor, an incomplete actor and differing names are told where', async () => {
  const { actor: _, ...unsaid } = allowedQuestion;
  assert.match(violationsIn(await ask(unsaid)).join(), /\/actor/);
  assert.match(
    violationsIn(await ask({ ...question, resource_id: 'r', actor: { user_id: 'u' } })).join(),
    /\/actor\/member_id/,
  );
  const twice = { ...allowedQuestion, resource: { type: 'order' } };
  assert.match(violationsIn(await ask(twice)).join(), /\/resource\/type/);
  const named = { ...question, resource: { external_id: 'INV/7' } };
  assert.match(violationsIn(await ask(named)).join(), /\/resource\/external_id/);
});

test('a key of another Space may not ask here, whether the Space exists or not', async () => {
  assertRefused(await ask(allowedQuestion, { key: keys.two }), 'ADMIN_PERMISSION_REQUIRED');
  const nowhere = { ...allowedQuestion, actor: { ...actor, space_id: 'space_none' } };
  assertRefused(await ask(nowhere, { key: keys.two }), 'ADMIN_PERMISSION_REQUIRED');
});

test('a stored resource of another Space is unknown to a scoped key and a violation to the instance', async () => {
  await server.sql(
    "insert into resources (id, resource_type, space_id) values ('invoice_far', 'invoice', 'space_2')",
  );
  const far = { ...allowedQuestion, resource_id: 'invoice_far' };
  assert.equal((await ask(far, { key: keys.one })).body.data.deny_code, 'RESOURCE_NOT_FOUND');
  assert.equal((await ask(far)).body.data.deny_code, 'CROSS_SPACE_VIOLATION');
});

test('a key for a Group is held to it, in managed mode by what is stored and in Context Mode by what is sent', async () => {
  const key = { key: keys.group };
  assert.equal((await ask(allowedQuestion, key)).body.data.decision, 'allow');
  assert.equal((await ask(inContext, key)).body.data.decision, 'allow');
  const without = { ...inContext, resource: { id: 'r', space_id: 'space_1' } };
  assertRefused(await ask(without, key), 'ADMIN_PERMISSION_REQUIRED');
  const beside = { ...inContext, resource: { id: 'r', space_id: 'space_1', group_path: 'finance2' } };
  assertRefused(await ask(beside, key), 'ADMIN_PERMISSION_REQUIRED');
  const anchored = { ...inContext, grants: [{ scope: 'group_tree', scope_anchor_group_path: 'legal' }] };
  assertRefused(await ask(anchored, key), 'ADMIN_PERMISSION_REQUIRED');
  const asserted = { id: 'r', space_id: 'space_1', group_id: 'group_1_apac', group_path: 'finance.emea' };
  assertRefused(await ask({ ...inContext, resource: asserted }, key), 'ADMIN_PERMISSION_REQUIRED');
});

test('a proposed resource is judged by what is sent, with the stored grants', async () => {
  const proposed = { ...question, resource: { id: 'draft', space_id: 'space_1', group_path: 'finance' } };
  const { data } = (await ask(proposed, { key: keys.instance }, 'explain')).body;
  assert.equal(data.decision, 'allow');
  assert.equal(data.trace?.['mode'], 'proposed');
  const disagreeing = { id: 'draft', space_id: 'space_1', group_id: 'group_1', group_path: 'finance.apac' };
  assert.match(
    violationsIn(await ask({ ...question, resource: disagreeing })).join(),
    /\/resource\/group_path/,
  );
});

test('secrets in the metadata of a resource are redacted in the trace and fail no check', async () => {
  const resource = { ...inContext.resource, metadata: { api_key: 'hush-hush', token_count: 3 } };
  const { data } = (await ask({ ...inContext, resource }, { key: keys.instance }, 'explain')).body;
  assert.equal(data.decision, 'allow');
  assert.ok(!JSON.stringify(data.trace).includes('hush-hush'));
  assert.match(JSON.stringify(data.trace), /"token_count":3/);
});

test('the address of a stored User is in no trace: whoever has a Space can bind any User to a Member of it', async () => {
  const root = await insertSuperAdmin(server, 'reader');
  const explained = await ask(allowedQuestion, { key: keys.one }, 'explain');
  assert.equal(explained.body.data.decision, 'allow');
  assert.ok(!explained.text.includes('@'), explained.text);
  const path = `/api/v1/audit/logs/${explained.body.data.audit_log_id}`;
  const row = await server.api('GET', path, { token: root.token });
  assert.equal(row.status, 200, row.text);
  assert.ok(!row.text.includes('@'), row.text);
  const sent = { ...inContext, actor: { ...actor, user_email: 'sent@example.com' } };
  assert.match((await ask(sent, { key: keys.one }, 'explain')).text, /sent@example\.com/);
});
