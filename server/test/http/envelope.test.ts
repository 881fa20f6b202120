import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { insertApiKey, insertSuperAdmin } from '../harness/server-credentials.ts';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

describe('smoke', () => {
  let server: TestServer;
  before(async () => { server = await startTestServer(); });
  after(() => server.stop());
  test('works', async () => {
    await insertWorld(server);
    const root = await insertSuperAdmin(server);
    const key = await insertApiKey(server, { permissions: ['authz:check'] });
    for (const a of [
      await server.api('GET', '/api/v1/health'),
      await server.api('GET', '/api/v1/ready', { token: root.token }),
      await server.api('POST', '/api/v1/authz/check', { key: key.key, body: allowedQuestion }),
      await server.api('GET', '/api/v1/spaces/space_1/groups', { token: root.token }),
    ]) console.log(a.status, a.headers, a.text);
    console.log(server.logText());
    assert.ok(true);
  });
});
