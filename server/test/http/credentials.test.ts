import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { operations } from '../../src/contract/generated/core/operations.ts';
import { permissionKeys } from '../../src/contract/generated/permission-keys.ts';
import { mintApiKey, mintToken } from '../../src/platform/crypto/index.ts';
import { startTestServer } from '../harness/server.ts';
import { insertApiKey, insertSession, insertSuperAdmin, insertUser } from '../harness/server-credentials.ts';
import { assertRefused, sendRaw } from '../harness/server-http.ts';
import { insertWorld } from '../harness/server-world.ts';

const server = await startTestServer();
after(() => server.stop());
await insertWorld(server);
const { token } = await insertSuperAdmin(server);
const { key } = await insertApiKey(server, { permissions: ['groups:read'] });
const groups = '/api/v1/spaces/space_1/groups';
type Headers = Readonly<Record<string, string | string[]>>;

const accepted: Readonly<Record<string, Headers>> = {
  'a session as bearer token': { Authorization: `Bearer ${token}` },
  'a session with the scheme in lower case': { Authorization: `bearer ${token}` },
  'a session after several spaces': { Authorization: `Bearer   ${token}` },
  'an API key in its header': { 'X-Plystra-API-Key': key },
  'an API key as bearer token': { Authorization: `Bearer ${key}` },
  'an API key beside a broken bearer token': { 'X-Plystra-API-Key': key, Authorization: 'Bearer broken' },
};
for (const [name, headers] of Object.entries(accepted)) {
  test(`${name} is a credential`, async () => {
    assert.equal((await server.api('GET', groups, { headers })).status, 200);
  });
}

const gone = {
  expired: await ended("update sessions set expires_at = now() where id = $1 returning 'x'"),
  revoked: await ended("update sessions set revoked_at = now(), revoked_reason = 'x' where id = $1"),
};
const refused: Readonly<Record<string, Headers>> = {
  'no credential': {},
  'an empty Authorization': { Authorization: '' },
  'a scheme alone': { Authorization: 'Bearer' },
  'a scheme and spaces': { Authorization: 'Bearer   ' },
  'another scheme': { Authorization: `Basic ${token}` },
  'a token without scheme': { Authorization: token },
  'two tokens in one header': { Authorization: `Bearer ${token} ${token}` },
  'two tokens with a comma': { Authorization: `Bearer ${token},${token}` },
  'two Authorization headers': { Authorization: [`Bearer ${token}`, 'Bearer other'] },
  'the same Authorization header twice': { Authorization: [`Bearer ${token}`, `Bearer ${token}`] },
  'two API keys': { 'X-Plystra-API-Key': [key, key] },
  'an empty API key': { 'X-Plystra-API-Key': '' },
  'a broken API key beside a good session': { 'X-Plystra-API-Key': 'x', Authorization: `Bearer ${token}` },
  'a session that nobody was given': { Authorization: `Bearer ${mintToken('ply_at_')}` },
  'an API key that nobody was given': { 'X-Plystra-API-Key': mintApiKey('key_unknown') },
  'a known key with another secret': { 'X-Plystra-API-Key': key.slice(0, -1) + other(key) },
  'a session cut by one character': { Authorization: `Bearer ${token.slice(0, -1)}` },
  'a session and one character more': { Authorization: `Bearer ${token}0` },
  'a session in upper case': { Authorization: `Bearer ${token.toUpperCase()}` },
  'a refresh token': { Authorization: `Bearer ${mintToken('ply_rt_')}` },
  'a session that has expired': { Authorization: `Bearer ${gone.expired}` },
  'a session that was revoked': { Authorization: `Bearer ${gone.revoked}` },
  'a token of 15,000 characters': { Authorization: `Bearer ${'a'.repeat(15_000)}` },
  'an API key of 15,000 characters': { 'X-Plystra-API-Key': 'a'.repeat(15_000) },
  'a token that is not ASCII': { Authorization: `Bearer ply_at_${'\u00e9'.repeat(64)}` },
  'an API key that is not ASCII': { 'X-Plystra-API-Key': 'ply_ak_\u00ff.\u00e9' },
  'a token in a cookie': { Cookie: `access_token=${token}; Authorization=Bearer ${token}` },
};
for (const [name, headers] of Object.entries(refused)) {
  test(`${name} is 401, and the answer tells nothing more than any other`, async () => {
    const answer = await server.api('GET', groups, { headers });
    assertRefused(answer, 'AUTHENTICATION_REQUIRED');
    const { code, message, hint, details } = answer.body.error;
    const usual = (await server.api('GET', groups)).body.error;
    assert.deepEqual([code, message, hint, details], [usual.code, usual.message, usual.hint, usual.details]);
  });
}

test('a credential in the query is none', async () => {
  assertRefused(await server.api('GET', `${groups}?access_token=${token}`), 'AUTHENTICATION_REQUIRED');
});

test('a credential of 64 KB is refused before it is read whole, and the server goes on', async () => {
  const bytes = `GET ${groups} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(65_536)}\r\n\r\n`;
  // The rest of the header is still on its way when the connection is closed, which may cost the client the answer.
  const answer = await sendRaw(server.url, bytes).catch(() => '');
  assert.match(answer, /^(HTTP\/1\.1 431 |$)/);
  assert.equal((await server.api('GET', groups, { token })).status, 200);
});

test('an API key that has expired is 401', async () => {
  const late = await insertApiKey(server, { permissions: ['groups:read'], expiresAt: new Date(1) });
  assertRefused(await server.api('GET', groups, { key: late.key }), 'AUTHENTICATION_REQUIRED');
});

test('an API key is 401 at once when it is revoked', async () => {
  const soon = await insertApiKey(server, { permissions: ['groups:read'] });
  assert.equal((await server.api('GET', groups, { key: soon.key })).status, 200);
  await server.sql("update api_keys set status = 'revoked', revoked_at = now() where id = $1", [
    soon.apiKeyId,
  ]);
  assertRefused(await server.api('GET', groups, { key: soon.key }), 'AUTHENTICATION_REQUIRED');
});

test('a session is 401 at once when its User is disabled', async () => {
  await insertUser(server, 'user_leaving');
  const leaving = await insertSession(server, 'user_leaving');
  assert.equal((await server.api('GET', '/api/v1/auth/me', { token: leaving.token })).status, 200);
  await server.sql("update users set status = 'disabled' where id = 'user_leaving'");
  const answer = await server.api('GET', '/api/v1/auth/me', { token: leaving.token });
  assertRefused(answer, 'AUTHENTICATION_REQUIRED');
});

for (const path of ['/api/v1/health', '/api/v1/version', '/api/v1/ready']) {
  test(`${path} asks for no credential, and a bad one changes nothing`, async () => {
    for (const headers of [{}, { Authorization: 'Bearer bad' }, { 'X-Plystra-API-Key': 'bad' }]) {
      assert.equal((await server.api('GET', path, { headers })).status, 200);
    }
  });
}

test('the credential is looked at before body, parameters and query', async () => {
  const answer = await server.api('POST', `${groups}?x=1`, { body: Buffer.from('{') });
  assertRefused(answer, 'AUTHENTICATION_REQUIRED');
});

const sessionOnly = Object.entries(operations).filter(
  ([, { security }]) => security.session && !security.apiKey && !security.anonymous,
);
for (const [id, { method, path, permission }] of sessionOnly) {
  const code = permission === null ? 'AUTHENTICATION_REQUIRED' : 'ADMIN_PERMISSION_REQUIRED';
  test(`${id} is for sessions alone: an API key with every permission is ${code}`, async () => {
    const all = await insertApiKey(server, { permissions: Object.keys(permissionKeys) });
    const url = path.replaceAll(/\{[^}]+\}/g, 'x');
    const answer = await server.api(method.toUpperCase(), url, { key: all.key, body: {} });
    assertRefused(answer, code);
    if (permission !== null) assert.deepEqual(answer.body.error.details, { permission });
  });
}

async function ended(statement: string): Promise<string> {
  await insertUser(server, `user_${statement.length}`);
  const session = await insertSession(server, `user_${statement.length}`);
  await server.sql(statement, [session.sessionId]);
  return session.token;
}

function other(secret: string): string {
  return secret.endsWith('0') ? '1' : '0';
}
