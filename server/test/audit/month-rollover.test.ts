import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keepMonthsAhead } from '../../src/core/audit/months-ahead.ts';
import { coreEntities } from '../../src/core/entities.ts';
import { type Database, openDatabase } from '../../src/platform/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { moveClock } from '../harness/other-clock.ts';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey } from '../harness/server-credentials.ts';
import { allowedQuestion, insertWorld } from '../harness/server-world.ts';
import { appendRow, firstOfMonth } from './audit-rows.ts';

let place: TestDatabase;
let server: TestServer;
let database: Database;
let key: string;

before(async () => {
  place = await createTestDatabase();
  await moveClock(place.url, 0);
  server = await startTestServer({ databaseUrl: place.url });
  await insertWorld(server);
  ({ key } = await insertApiKey(server, { permissions: ['authz:check', 'audit:read'] }));
  database = await openDatabase({
    url: place.url,
    poolSize: 1,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 5_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
});
after(async () => {
  await database.close();
  await server.stop();
  await place.drop();
});

/** Moves the clock of the database to this much before (negative) or after the beginning of a month. */
const moveTo = (monthsAhead: number, seconds: number) =>
  moveClock(place.url, (firstOfMonth(monthsAhead) - Date.now()) / 1000 + seconds);

async function check(): Promise<string> {
  const answer = await server.api<{ audit_log_id: string }>('POST', '/api/v1/authz/check', {
    key,
    body: allowedQuestion,
  });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.data.audit_log_id;
}

async function partitionOf(id: string): Promise<string | undefined> {
  const rows = await server.sql<{ name: string }>(
    'select tableoid::regclass::text as name from audit_logs where id = $1',
    [id],
  );
  return rows[0]?.name.replace(/^public\./, '');
}

async function assertFound(id: string): Promise<void> {
  const answer = await server.api('GET', `/api/v1/audit/logs/${id}`, { key });
  assert.deepEqual([answer.status, answer.body.data['id']], [200, id], answer.text);
}

const partition = (monthsAhead: number) =>
  `audit_logs_${new Date(firstOfMonth(monthsAhead)).toISOString().slice(0, 7).replace('-', '_')}`;

test('decisions of both sides of a month’s end go into their months, and are found by their ids', async () => {
  await moveTo(1, -3600);
  const before = await check();
  await moveTo(1, 3600);
  const after = await check();
  assert.deepEqual([await partitionOf(before), await partitionOf(after)], [partition(0), partition(1)]);
  await assertFound(before);
  await assertFound(after);
});

test('the month ends with the last millisecond before midnight UTC', async () => {
  const midnight = firstOfMonth(2);
  const last = await appendRow(database.pool, midnight - 1, {});
  const first = await appendRow(database.pool, midnight, {});
  assert.deepEqual([await partitionOf(last), await partitionOf(first)], [partition(1), partition(2)]);
  await assertFound(last);
  await assertFound(first);
});

test('a month that is missing at midnight stops nobody: its rows go to DEFAULT, are found, and it is told', async () => {
  await server.sql(`drop table ${partition(3)}`);
  await moveTo(3, -3600);
  const before = await check();
  await moveTo(3, 3600);
  const after = await check();
  assert.deepEqual(
    [await partitionOf(before), await partitionOf(after)],
    [partition(2), 'audit_logs_default'],
  );
  await assertFound(before);
  await assertFound(after);

  const told: unknown[] = [];
  await keepMonthsAhead(database, { warn: (fields: unknown) => told.push(fields) });
  const month = partition(3).replace('audit_logs_', '').replace('_', '-');
  assert.deepEqual(told, [{ month, found: 'rows_in_default' }]);
  // The rest of the month joins the rows that are there; the months after it have partitions again.
  assert.equal(await partitionOf(await check()), 'audit_logs_default');
  await moveTo(4, 3600);
  assert.equal(await partitionOf(await check()), partition(4));
});

test('a server that starts after months of rest makes its month before the first row', async () => {
  await moveTo(18, 3600);
  const rested = await startTestServer({ databaseUrl: place.url });
  try {
    const [{ name } = { name: null }] = await server.sql<{ name: string | null }>(
      'select to_regclass($1)::text as name',
      [partition(18)],
    );
    assert.equal(name, partition(18));
  } finally {
    await rested.stop();
  }
});
