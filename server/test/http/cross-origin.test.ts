import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestServer } from '../harness/server.ts';

const server = await startTestServer({
  env: { CORS_ALLOWED_ORIGINS: 'https://app.example.com,http://localhost:3000' },
});
after(() => server.stop());
const allowed = 'https://app.example.com';

for (const path of ['/api/v1/health', '/api/v1/nothing', '/openapi/core.json']) {
  test(`a listed origin may read ${path}`, async () => {
    const { headers } = await server.api('GET', path, { headers: { Origin: allowed } });
    assert.equal(headers['access-control-allow-origin'], allowed);
    assert.equal(headers['access-control-allow-credentials'], undefined);
    assert.match(headers['access-control-expose-headers'] ?? '', /\bX-Request-ID\b/);
    assert.match(headers['access-control-expose-headers'] ?? '', /\bRetry-After\b/);
    assert.match(headers.vary ?? '', /\bOrigin\b/);
  });
}

const refused = {
  unlisted: 'https://evil.test',
  'the text null': 'null',
  'a listed one with more behind it': 'https://app.example.com.evil.org',
  'a listed one with more before it': 'https://evil-app.example.com',
  'below a listed one': 'https://sub.app.example.com',
  'a listed one of another scheme': 'http://app.example.com',
  'a listed one with another port': 'https://app.example.com:8443',
  'a listed one in another case': 'https://APP.example.com',
  'a listed one with a slash': 'https://app.example.com/',
  'a listed one with a user': 'https://app.example.com@evil.test',
  'two at once': 'https://app.example.com, https://evil.test',
  'an asterisk': '*',
};
for (const [name, origin] of Object.entries(refused)) {
  test(`an origin that is ${name} gets no permission, in answers and preflights`, async () => {
    const headers = { Origin: origin };
    const answer = await server.api('GET', '/api/v1/health', { headers });
    const preflight = await server.api('OPTIONS', '/api/v1/health', {
      headers: { ...headers, 'Access-Control-Request-Method': 'GET' },
    });
    for (const { headers: sent } of [answer, preflight]) {
      const given = Object.keys(sent).filter((header) => header.startsWith('access-control-'));
      assert.deepEqual(given, []);
      assert.match(sent.vary ?? '', /\bOrigin\b/);
    }
  });
}

test('a request without an origin gets Vary: Origin and nothing more', async () => {
  const { headers } = await server.api('GET', '/api/v1/health');
  assert.equal(headers['access-control-allow-origin'], undefined);
  assert.match(headers.vary ?? '', /\bOrigin\b/);
});

test('a preflight of a listed origin is 204 with methods, headers and a time', async () => {
  const answer = await server.api('OPTIONS', '/api/v1/authz/check', {
    headers: {
      Origin: allowed,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
    },
  });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers['access-control-allow-origin'], allowed);
  assert.equal(answer.headers['access-control-allow-methods'], 'GET,POST,PATCH,DELETE,OPTIONS');
  const headers = answer.headers['access-control-allow-headers']?.split(',') ?? [];
  for (const name of ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-Plystra-API-Key']) {
    assert.ok(headers.includes(name), `${name} is allowed`);
  }
  assert.equal(answer.headers['access-control-max-age'], '600');
});

test('a preflight never repeats the headers that it is asked for', async () => {
  const answer = await server.api('OPTIONS', '/api/v1/health', {
    headers: {
      Origin: allowed,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'x-evil',
    },
  });
  assert.doesNotMatch(answer.headers['access-control-allow-headers'] ?? '', /x-evil/i);
});

test('with an asterisk alone every origin may read, without credentials', async () => {
  const open = await startTestServer({ env: { CORS_ALLOWED_ORIGINS: '*' } });
  after(() => open.stop());
  const { headers } = await open.api('GET', '/api/v1/health', { headers: { Origin: 'https://any.test' } });
  assert.equal(headers['access-control-allow-origin'], 'https://any.test');
  assert.equal(headers['access-control-allow-credentials'], undefined);
  assert.match(headers.vary ?? '', /\bOrigin\b/);
});
