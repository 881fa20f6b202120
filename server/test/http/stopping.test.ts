import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';
import { assertRefused, sendRaw } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';

test('a stopping server is not ready, goes on answering for its drain delay, and ends each connection', async () => {
  const server = await startTestServer({ env: { PLYSTRA_DRAIN_DELAY: '1s' } });
  await insertWorld(server);
  const { key } = await insertApiKey(server, { permissions: ['authz:check'] });
  const stopped = server.stop();

  assertRefused(await server.api('GET', '/api/v1/ready'), 'NOT_READY');
  const answer = await server.api('POST', '/api/v1/authz/check', {
    key,
    body: allowedQuestion,
  });
  assert.equal(answer.body.data['allow'], true);
  // It asks for the connection to be kept, and gives back what came until the server ended it.
  const raw = await sendRaw(
    server.url,
    'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n',
  );
  assert.match(raw, /^HTTP\/1\.1 200 /);
  assert.match(raw, /\r\nConnection: close\r\n/i);

  await stopped;
  await assert.rejects(server.api('GET', '/api/v1/health'), /ECONNREFUSED/);
});
