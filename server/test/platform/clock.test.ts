import assert from 'node:assert/strict';
import { after, afterEach, before, mock, test } from 'node:test';
import pg from 'pg';
import {
  clocksDiffer,
  DatabaseClock,
  describeDifference,
  measureClock,
} from '../../src/platform/clock/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { moveClock } from '../harness/other-clock.ts';

const MINUTE = 60_000;
let place: TestDatabase;
let pool: pg.Pool;

before(async () => {
  place = await createTestDatabase();
  pool = poolOn(place.url);
});
after(async () => {
  await pool.end();
  await place.drop();
});
afterEach(() => mock.restoreAll());

function poolOn(url: string): pg.Pool {
  const opened = new pg.Pool({ connectionString: url, max: 1 });
  // Its last connection may still be ending when the database is dropped.
  opened.on('error', () => undefined);
  return opened;
}

const databaseMs = async () => {
  const { rows } = await pool.query<{ at: Date }>(
    "select date_trunc('milliseconds', clock_timestamp()) as at",
  );
  return rows[0]?.at.getTime() ?? Number.NaN;
};

test('the clock tells the time of the database, within what it says it may be off by', async () => {
  const clock = new DatabaseClock();
  await clock.refresh(pool);
  const earliest = await databaseMs();
  const told = clock.now();
  const latest = await databaseMs();
  assert.ok(Number.isInteger(told));
  assert.ok(told >= earliest - clock.uncertaintyMs - 1, `${told} is before ${earliest}`);
  assert.ok(told <= latest + clock.uncertaintyMs + 1, `${told} is after ${latest}`);
});

test('setting the clock of this machine moves the offset, and not the time', async () => {
  const clock = new DatabaseClock();
  await clock.refresh(pool);
  const trueNow = Date.now.bind(Date);
  mock.method(Date, 'now', () => trueNow() - 10 * MINUTE);
  assert.ok(Math.abs(clock.offsetMs - 10 * MINUTE) < MINUTE, `offset is ${clock.offsetMs}`);
  assert.ok(Math.abs(clock.now() - (await databaseMs())) < MINUTE);
});

test('a database with another clock is found out by measuring again', async () => {
  const clock = new DatabaseClock();
  await clock.refresh(pool);
  await moveClock(place.url, 600);
  const moved = poolOn(place.url);
  await clock.refresh(moved);
  await moved.end();
  assert.ok(Math.abs(clock.offsetMs - 10 * MINUTE) < MINUTE, `offset is ${clock.offsetMs}`);
  assert.ok(clocksDiffer(clock));
});

test('before it is measured the clock is that of this machine, and claims no certainty', () => {
  const clock = new DatabaseClock();
  assert.equal(clock.uncertaintyMs, Number.POSITIVE_INFINITY);
  assert.ok(!clocksDiffer({ offsetMs: 10 * MINUTE, uncertaintyMs: clock.uncertaintyMs }));
  mock.method(Date, 'now', () => 1_234);
  assert.equal(clock.now(), 1_234);
});

test('of several tries the one with the shortest round trip counts, and its middle is the moment', async () => {
  const trips = [40, 10, 4, 30, 20];
  let steady = 1_000;
  mock.method(performance, 'now', () => steady);
  const query = async () => {
    const trip = trips.shift() ?? 0;
    steady += trip / 2;
    const ms = 5_000 + steady;
    steady += trip / 2;
    return { rows: [{ ms }] };
  };
  const sample = await measureClock({ query } as unknown as pg.Client);
  assert.deepEqual(sample, { databaseMs: 6_052, steadyMs: 1_052, uncertaintyMs: 2 });
  assert.equal(trips.length, 0);
});

test('clocks differ when it is certain that they are more than a second apart', () => {
  assert.ok(!clocksDiffer({ offsetMs: 1_000, uncertaintyMs: 0 }));
  assert.ok(clocksDiffer({ offsetMs: 1_001, uncertaintyMs: 0 }));
  assert.ok(!clocksDiffer({ offsetMs: -1_200, uncertaintyMs: 200 }));
  assert.ok(clocksDiffer({ offsetMs: -1_201, uncertaintyMs: 200 }));
});

test('the difference is told with its figure and its direction', () => {
  assert.equal(
    describeDifference({ offsetMs: -2_500, uncertaintyMs: 12 }),
    'The clock of the database is 2.500 s behind the clock of this machine (± 0.012 s).',
  );
});
