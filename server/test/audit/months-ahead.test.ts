import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keepMonthsAhead } from '../../src/core/audit/months-ahead.ts';
import { coreCapabilities } from '../../src/core/capabilities.ts';
import { coreEntities } from '../../src/core/entities.ts';
import { startHousekeeping } from '../../src/core/housekeeping.ts';
import { type Database, openDatabase } from '../../src/platform/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';

let place: TestDatabase;
let database: Database;
let months: readonly string[];
const partition = (ahead: number) => `audit_logs_${months[ahead]?.replace('-', '_')}`;

before(async () => {
  place = await createTestDatabase();
  database = await openDatabase({
    url: place.url,
    poolSize: 4,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 5_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  const { rows } = await database.pool.query<{ month: string }>(
    `select to_char(now() at time zone 'UTC' + make_interval(months => ahead), 'YYYY-MM') as month
     from generate_series(0, 3) as ahead order by ahead`,
  );
  months = rows.map(({ month }) => month);
});
after(async () => {
  await database.close();
  await place.drop();
});

test('a round of housekeeping makes the months that are missing, and tells nothing', async () => {
  await database.pool.query(`drop table ${partition(2)}, ${partition(3)}`);
  const told: unknown[] = [];
  const tell = (...line: unknown[]) => told.push(line);
  await oneRound(tell);
  assert.deepEqual(await partitions(), [0, 1, 2, 3].map(partition));
  assert.deepEqual(told, []);
});

test('a month that was detached, and one with rows in DEFAULT, are warned of', async () => {
  await database.pool.query(
    `alter table audit_logs detach partition ${partition(1)}; drop table ${partition(3)}`,
  );
  await database.pool.query(
    `insert into audit_logs (id, action, resource_type, decision, trace, created_at)
     values ('audit_' || repeat('0', 32), 'invoice.read', 'invoice', 'allow', '{}', ($1 || '-15')::timestamptz)`,
    [months[3]],
  );
  const told: unknown[] = [];
  await keepMonthsAhead(database, { warn: (fields: unknown) => told.push(fields) });
  assert.deepEqual(told, [
    { month: months[1], found: 'detached' },
    { month: months[3], found: 'rows_in_default' },
  ]);
});

test('a month that cannot have its locks in time is left to the next round', async () => {
  const holder = await database.pool.connect();
  try {
    await holder.query("begin; select pg_advisory_xact_lock(hashtextextended('plystra.audit_partition', 0))");
    const failed: unknown[] = [];
    await oneRound((fields) => failed.push((fields as { step: string }).step));
    assert.deepEqual(failed, ['audit.explainable']);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});

/** One round, in which each step is waited for; gives what is told to `tell`. */
async function oneRound(tell: (fields: unknown) => void): Promise<void> {
  const done = Promise.withResolvers<void>();
  const last = { ...coreCapabilities[0], id: 'last', housekeeping: async () => done.resolve() };
  const end = startHousekeeping(database, [...coreCapabilities, last as (typeof coreCapabilities)[number]], {
    warn: tell,
    error: tell,
  });
  await done.promise;
  await end();
}

async function partitions(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
     where inhparent = 'audit_logs'::regclass and inhrelid::regclass::text ~ '[0-9]$' order by 1`,
  );
  return rows.map(({ name }) => name);
}
