import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { coreEntities } from '../../src/core/entities.ts';
import { type Database, openDatabase, type Transaction } from '../../src/platform/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';

/** More transactions than the pool has connections. */
const MANY = 5;
let place: TestDatabase;
let database: Database;

before(async () => {
  place = await createTestDatabase();
  database = await openDatabase({
    url: place.url,
    poolSize: 2,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 5_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  database.pool.on('connect', (client) => client.on('error', () => undefined));
});
after(async () => {
  await database.close();
  await place.drop();
});

const cut = (client: pg.PoolClient) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
const endOwnBackend = (tx: Transaction) => tx.query('select pg_terminate_backend(pg_backend_pid())');

async function assertAllFree(): Promise<void> {
  const { rows } = await database.transaction((tx) => tx.query('select 1 as one'));
  assert.deepEqual(rows, [{ one: 1 }]);
  assert.equal(database.pool.totalCount, database.pool.idleCount);
}

test('a connection that breaks before its transaction begins leaves the pool', async () => {
  for (let turn = 0; turn < MANY; turn += 1) {
    database.pool.once('acquire', cut);
    await assert.rejects(database.transaction((tx) => tx.query('select 1')));
  }
  await assertAllFree();
});

test('a connection that breaks in its transaction leaves the pool', async () => {
  for (let turn = 0; turn < MANY; turn += 1) await assert.rejects(database.transaction(endOwnBackend));
  await assertAllFree();
});

test('a connection that breaks in a transaction that is given up leaves the pool', async () => {
  const broken = (tx: Transaction) => endOwnBackend(tx).catch(() => undefined);
  for (let turn = 0; turn < MANY; turn += 1) await assert.rejects(database.transaction(broken, () => false));
  await assertAllFree();
});

test('a connection that breaks before the commit leaves the pool', async () => {
  const broken = (tx: Transaction) => endOwnBackend(tx).catch(() => undefined);
  for (let turn = 0; turn < MANY; turn += 1) await assert.rejects(database.transaction(broken));
  await assertAllFree();
});
