import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { bootstrap, insertApiKey } from '../harness/server-credentials.ts';
import { sendRaw } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const root = await bootstrap(server);
const { key, apiKeyId } = await insertApiKey(server, { permissions: ['authz:check'] });

test('a request is one line with what happened, and nothing of what was sent', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const headers = { 'User-Agent': 'test/1', traceparent, 'X-Request-ID': 'line-1' };
  const answer = await server.api('POST', '/api/v1/authz/check', { key, body: allowedQuestion, headers });
  const [line, ...more] = await server.logOf('line-1');
  assert.ok(line !== undefined && more.length === 0);
  const { timestamp, duration_ms: duration, ...rest } = line as Record<string, unknown>;
  assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(typeof duration, 'number');
  assert.deepEqual(rest, {
    level: 'info',
    msg: 'request',
    request_id: 'line-1',
    trace_parent: traceparent,
    operation_id: 'checkAuthorization',
    method: 'POST',
    path: '/api/v1/authz/check',
    status: 200,
    bytes: Number(answer.headers['content-length']),
    remote_ip: '127.0.0.1',
    user_agent: 'test/1',
    principal: `api_key:${apiKeyId}`,
    error_code: null,
    trace_id: answer.body.data['trace_id'],
    audit_log_id: answer.body.data['audit_log_id'],
  });
});

test('a refused request is an info line with its code', async () => {
  await server.api('GET', '/api/v1/nothing', { headers: { 'X-Request-ID': 'line-2' } });
  const [line] = await server.logOf('line-2');
  assert.equal(line?.level, 'info');
  assert.equal(line?.['status'], 404);
  assert.equal(line?.['error_code'], 'ROUTE_NOT_FOUND');
  assert.equal(line?.['operation_id'], null);
  assert.equal(line?.['principal'], null);
});

test('the line of a session names its User', async () => {
  await server.api('GET', '/api/v1/auth/me', { token: root.token, headers: { 'X-Request-ID': 'line-3' } });
  assert.equal((await server.logOf('line-3'))[0]?.['principal'], `user:${root.userId}`);
});

test('the query is not logged', async () => {
  const headers = { 'X-Request-ID': 'line-4' };
  await server.api('GET', '/api/v1/health?note=confidential', { headers });
  assert.equal((await server.logOf('line-4'))[0]?.['path'], '/api/v1/health');
  assert.doesNotMatch(server.logText(), /confidential/);
});

test('a traceparent that is not well-formed is left out', async () => {
  const headers = { 'X-Request-ID': 'line-5', traceparent: '00-XYZ-1-01' };
  await server.api('GET', '/api/v1/health', { headers });
  assert.equal((await server.logOf('line-5'))[0]?.['trace_parent'], null);
});

test('long user agents and paths are cut', async () => {
  const headers = { 'X-Request-ID': 'line-6', 'User-Agent': 'u'.repeat(5000) };
  await server.api('GET', `/${'p'.repeat(5000)}`, { headers });
  const [line] = await server.logOf('line-6');
  assert.equal(String(line?.['user_agent']).length, 512);
  assert.equal(String(line?.['path']).length, 512);
});

test('a client that goes away in the middle of its body is logged as its own doing', async () => {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /api/v1/authz/check HTTP/1.1\r\nHost: x\r\nX-Request-ID: line-7\r\nX-Plystra-API-Key: ${key}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"action"',
  );
  // The server has begun to read the body once the key's use is on record.
  while ((await server.sql('select from api_keys where last_used_at is not null')).length === 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  const [line] = await server.logOf('line-7');
  assert.equal(line?.level, 'info');
  assert.equal(line?.['status'], 400);
  assert.equal(line?.['operation_id'], 'checkAuthorization');
});

test('nothing that a client sends begins a line of its own', async () => {
  const agent = 'x\u0085{"level":"fatal"}';
  const bytes = `GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-ID: line-8\r\nUser-Agent: ${agent}\r\n\r\n`;
  await sendRaw(server.url, Buffer.from(bytes, 'latin1'));
  const [line] = await server.logOf('line-8');
  assert.equal(line?.['user_agent'], agent);
  assert.doesNotMatch(server.logText(), /\u0085/);
  for (const text of server.logText().trimEnd().split('\n')) assert.doesNotThrow(() => JSON.parse(text));
});

test('no secret appears in any line, wherever a client puts it', async () => {
  const password = 'a very secret passphrase 42';
  const email = 'log-lines@example.com';
  const created = await server.api('POST', '/api/v1/users', { token: root.token, body: { email, password } });
  assert.equal(created.status, 201);
  const login = await server.api<{ access_token: string; refresh_token: string }>(
    'POST',
    '/api/v1/auth/login',
    { body: { email, password } },
  );
  const { access_token: access, refresh_token: refresh } = login.body.data;
  await server.api('POST', '/api/v1/auth/refresh', { body: { refresh_token: refresh } });
  await server.api('POST', '/api/v1/auth/refresh', { body: { refresh_token: refresh, more: 1 } });
  await server.api('POST', '/api/v1/auth/login', { body: { email, password: `${password}!`, more: 1 } });
  await server.api('POST', '/api/v1/auth/login', { body: Buffer.from(`{"password":"${password}`) });
  for (const secret of [access, refresh, root.token, key]) {
    await server.api('GET', `/api/v1/groups/${secret}?token=${secret}`, { token: secret });
    await server.api('GET', '/api/v1/auth/me', { key: secret, headers: { 'User-Agent': `a ${secret} b` } });
    await server.api('GET', '/api/v1/health', { headers: { 'X-Request-ID': secret } });
    await server.api('GET', '/api/v1/health', { headers: { 'User-Agent': `Bearer ${secret}` } });
  }
  const secrets = [password, access, refresh, root.token, key, server.bootstrapToken];
  // The random half of a token alone would be enough to use it.
  const halves = [access, refresh, root.token, key].map((secret) => secret.slice(-64));
  await server.api('GET', '/api/v1/health', { headers: { 'X-Request-ID': 'line-9' } });
  await server.logOf('line-9');
  for (const secret of [...secrets, ...halves]) assert.ok(!server.logText().includes(secret));
});

test('a fault of the database is logged without values and statements', async () => {
  await server.sql('alter table groups rename to groups_away');
  try {
    const headers = { 'X-Request-ID': 'line-10' };
    const body = { path: 'valueinstatement' };
    const path = '/api/v1/spaces/space_1/groups';
    assert.equal((await server.api('POST', path, { token: root.token, body, headers })).status, 500);
    const [line] = await server.logOf('line-10');
    assert.equal(line?.level, 'error');
    assert.equal(line?.msg, 'request failed');
    assert.match(JSON.stringify(line?.['err']), /groups/);
    assert.doesNotMatch(JSON.stringify(line), /valueinstatement/);
  } finally {
    await server.sql('alter table groups_away rename to groups');
  }
});
