import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { untilDecidedFromMemory } from '../harness/decided-from-memory.ts';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';
import { assertRefused } from '../harness/server-http.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';
import { pause } from './outage-world.ts';

let server: TestServer;
let key: string;
/** Together more than may wait and what one statement takes, 8,192 and 256. */
const connections = 64;
const requestsEach = 150;

before(async () => {
  const patience = { HTTP_WRITE_TIMEOUT: '300s', DATABASE_STATEMENT_TIMEOUT: '300s' };
  server = await startTestServer({ env: { ...patience, PLYSTRA_RESPONSE_CHECK: 'off', LOG_LEVEL: 'warn' } });
  await insertWorld(server);
  ({ key } = await insertApiKey(server, { permissions: ['authz:check'] }));
  await untilDecidedFromMemory(server, check);
});
after(() => server.stop());

test('while rows do not go in a bounded number of decisions waits; more are told at once to come back', async () => {
  const blocker = new pg.Client({ connectionString: server.databaseUrl });
  await blocker.connect();
  await blocker.query('begin; lock table audit_logs in exclusive mode');
  let answers: Promise<number[][]>;
  try {
    answers = Promise.all(Array.from({ length: connections }, sendMany));
    // Whoever gets an answer now gets it without a row.
    let told = await Promise.race([check(), pause(100)]);
    while (told === undefined) told = await Promise.race([check(), pause(100)]);
    assertRefused(told, 'DECISION_QUEUE_FULL');
    assert.equal(told.headers['retry-after'], '1');
    assert.deepEqual(told.body.error.details, { retry_after_seconds: 1 });
  } finally {
    await blocker.end();
  }
  const statuses = (await answers).flat();
  assert.equal(statuses.length, connections * requestsEach);
  const of = (status: number) => statuses.filter((one) => one === status).length;
  assert.ok(of(429) > 0);
  assert.equal(of(200) + of(429), statuses.length);
  assert.equal((await check()).body.data['allow'], true);
});

function check() {
  return server.api('POST', '/api/v1/authz/check', { key, body: allowedQuestion });
}

/** Sends many requests on one connection, none waiting for the answer of the one before. Gives their statuses. */
function sendMany(): Promise<number[]> {
  const { port, hostname, host } = new URL(server.url);
  const body = JSON.stringify(allowedQuestion);
  const head = [
    'POST /api/v1/authz/check HTTP/1.1',
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-Plystra-API-Key: ${key}`,
  ].join('\r\n');
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}\r\n\r\n${body}`.repeat(requestsEach));
    });
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      if (statuses.length < requestsEach) return;
      socket.destroy();
      resolve(statuses);
    });
  });
}
