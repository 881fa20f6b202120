import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { bootstrap, insertApiKey } from '../harness/server-credentials.ts';
import { type Answer, assertRefused, type Sent } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const root = await bootstrap(server);
const { key } = await insertApiKey(server, { permissions: ['authz:check'] });
const groups = '/api/v1/spaces/space_1/groups';
const tooLarge = Buffer.alloc(1_048_577, 0x20);

/** Every kind of answer: its name, how to get it, and the error code that it carries. */
const kinds: readonly [name: string, status: number, get: () => Promise<Answer>, code: string | null][] = [
  ['a success', 200, () => server.api('GET', '/api/v1/health'), null],
  ['a page', 200, () => server.api('GET', groups, { token: root.token }), null],
  ['a decision', 200, () => check(), null],
  ['a broken rule', 400, () => check({ body: {} }), 'VALIDATION_FAILED'],
  ['no credential', 401, () => server.api('GET', groups), 'AUTHENTICATION_REQUIRED'],
  ['a missing right', 403, () => server.api('GET', groups, { key }), 'ADMIN_PERMISSION_REQUIRED'],
  [
    'an unknown object',
    404,
    () => server.api('GET', `${groups}/none`, { token: root.token }),
    'GROUP_NOT_FOUND',
  ],
  ['an unknown path', 404, () => server.api('GET', '/api/v1/nothing'), 'ROUTE_NOT_FOUND'],
  ['another method', 405, () => server.api('DELETE', '/api/v1/health'), 'METHOD_NOT_ALLOWED'],
  ['a large body', 413, () => check({ body: tooLarge }), 'PAYLOAD_TOO_LARGE'],
  [
    'a body that is not JSON',
    415,
    () => check({ headers: { 'Content-Type': 'text/plain' } }),
    'UNSUPPORTED_MEDIA_TYPE',
  ],
];

for (const [name, status, get, code] of kinds) {
  test(`${name} is enveloped, with its code in body and header alike`, async () => {
    const answer = await get();
    assert.equal(answer.status, status);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(answer.body.error?.code ?? null, code);
    assert.equal(answer.headers['x-plystra-error-code'] ?? null, code);
    assert.equal('data' in answer.body, code === null);
  });

  test(`${name} carries the id of the request in body and header alike`, async () => {
    const answer = await get();
    assert.match(answer.body.request_id, /^req_[0-9a-f]{24}$/);
    assert.equal(answer.headers['x-request-id'], answer.body.request_id);
  });

  test(`${name} carries the security headers and is not kept`, async () => {
    const { headers } = await get();
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(headers.vary ?? '', /\bOrigin\b/);
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers['server'], undefined);
  });
}

test('405 names the methods of the path in Allow', async () => {
  assert.equal((await server.api('DELETE', '/api/v1/health')).headers.allow, 'GET, HEAD, OPTIONS');
  assert.equal((await server.api('DELETE', groups)).headers.allow, 'GET, HEAD, OPTIONS, POST');
  assert.equal((await server.api('GET', '/api/v1/authz/check')).headers.allow, 'OPTIONS, POST');
});

test('413 tells the limit', async () => {
  const answer = await check({ body: tooLarge });
  assert.deepEqual(answer.body.error.details, { limit_bytes: 1_048_576 });
});

test('a list carries the page that it is', async () => {
  const { text } = await server.api('GET', `${groups}?limit=1`, { token: root.token });
  const { pagination } = JSON.parse(text) as { pagination: Record<string, unknown> };
  assert.equal(pagination['limit'], 1);
  assert.equal(pagination['has_more'], true);
  assert.equal(typeof pagination['cursor'], 'string');
});

test('a decision carries its trace and its audit row in headers', async () => {
  const { headers, body } = await check();
  assert.equal(headers['x-plystra-trace-id'], body.data['trace_id']);
  assert.equal(headers['x-plystra-audit-log-id'], body.data['audit_log_id']);
});

test('an object carries its version as a strong ETag', async () => {
  const { headers } = await server.api('GET', `${groups}/group_1`, { token: root.token });
  assert.match(headers.etag ?? '', /^"\d+"$/);
});

const accepted = ['a', 'order-7/retry:2', '!#$%&()*+,-./:;<=>?@[]^_`{|}~', 'x'.repeat(128)];
for (const id of accepted) {
  test(`a request id of the caller is taken over: ${id.slice(0, 40)}`, async () => {
    const answer = await server.api('GET', '/api/v1/health', { headers: { 'X-Request-ID': id } });
    assert.equal(answer.body.request_id, id);
  });
}

const replaced = {
  empty: '',
  'one character too long': 'x'.repeat(129),
  'with a space inside': 'a b',
  'with a double quote': 'a"b',
  'with a single quote': "a'b",
  'with a backslash': 'a\\b',
  'not ASCII': 'caf\u00e9',
  'with a tab': 'a\tb',
};
for (const [name, id] of Object.entries(replaced)) {
  test(`a request id that is ${name} is replaced`, async () => {
    const answer = await server.api('GET', '/api/v1/health', { headers: { 'X-Request-ID': id } });
    assert.match(answer.body.request_id, /^req_[0-9a-f]{24}$/);
  });
}

test('two request ids are replaced by one', async () => {
  const answer = await server.api('GET', '/api/v1/health', { headers: { 'X-Request-ID': ['a', 'b'] } });
  assert.match(answer.body.request_id, /^req_[0-9a-f]{24}$/);
});

test('the header of the request id follows the configuration', async () => {
  const other = await startTestServer({ env: { REQUEST_ID_HEADER: 'X-Correlation-ID' } });
  after(() => other.stop());
  const headers = { 'X-Correlation-ID': 'mine', Origin: 'http://localhost:3000' };
  const answer = await other.api('GET', '/api/v1/health', { headers });
  assert.equal(answer.body.request_id, 'mine');
  assert.equal(answer.headers['x-correlation-id'], 'mine');
  assert.match(answer.headers['access-control-expose-headers'] ?? '', /X-Correlation-ID/);
});

test('an internal fault tells nothing but the request id', async () => {
  await server.sql('alter table groups rename to groups_away');
  try {
    const answer = await server.api('GET', groups, { token: root.token });
    assertRefused(answer, 'INTERNAL_ERROR');
    assert.equal(answer.body.error.details, null);
    assert.doesNotMatch(answer.text, /groups_away|relation|select|stack|\.ts/i);
    const [line] = await server.logOf(answer.body.request_id);
    assert.equal(line?.level, 'error');
  } finally {
    await server.sql('alter table groups_away rename to groups');
  }
});

function check(sent: Sent = {}): Promise<Answer> {
  return server.api('POST', '/api/v1/authz/check', { key, body: allowedQuestion, ...sent });
}
