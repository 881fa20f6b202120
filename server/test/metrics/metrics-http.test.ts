import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { bootstrap, insertSession, insertUser } from '../harness/server-credentials.ts';
import { assertRefused } from '../harness/server-http.ts';

const collector = 'collector-token-0123456789abcdef0123';

async function withServer(env: Record<string, string>, work: (server: TestServer) => Promise<void>) {
  const server = await startTestServer({ env });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

it('metrics are 404 while they are off, for everybody', () =>
  withServer({ METRICS_TOKEN: collector }, async (server) => {
    const { token } = await bootstrap(server);
    assertRefused(await server.api('GET', '/metrics', { token }), 'FEATURE_DISABLED');
    const headers = { 'X-Plystra-Metrics-Token': collector };
    assertRefused(await server.api('GET', '/metrics', { headers }), 'FEATURE_DISABLED');
  }));

it('metrics take the token alone where there is one, and count what was answered', () =>
  withServer({ METRICS_ENABLED: 'true', METRICS_TOKEN: collector }, async (server) => {
    const { token } = await bootstrap(server);
    assertRefused(await server.api('GET', '/metrics', { token }), 'METRICS_TOKEN_REQUIRED');
    assertRefused(await server.api('GET', '/metrics'), 'METRICS_TOKEN_REQUIRED');
    const { status, headers, text } = await server.api('GET', '/metrics', {
      headers: { 'X-Plystra-Metrics-Token': collector },
    });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.ok(text.includes('http_requests_total{operation_id="register",method="POST",status="2xx"} 1\n'));
  }));

it('metrics ask for metrics:read where there is no token', () =>
  withServer({ METRICS_ENABLED: 'true' }, async (server) => {
    const { token } = await bootstrap(server);
    assert.equal((await server.api('GET', '/metrics', { token })).status, 200);
    await insertUser(server, 'user_plain');
    const plain = await insertSession(server, 'user_plain');
    assertRefused(await server.api('GET', '/metrics', { token: plain.token }), 'ADMIN_PERMISSION_REQUIRED');
    assertRefused(await server.api('GET', '/metrics'), 'AUTHENTICATION_REQUIRED');
  }));
