import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { FencedLog } from '../../src/core/kernel/index.ts';
import { isDatabaseUnavailable } from '../../src/platform/database/index.ts';
import { type GraphDatabase, graphDatabase, until } from '../graph/graph-database.ts';
import { entriesFor, type MakeEntry } from './fenced-entry.ts';

let place: GraphDatabase;
let log: FencedLog;
let fencedEntry: MakeEntry;
let losses = 0;

before(async () => {
  place = await graphDatabase();
  fencedEntry = await entriesFor(place);
});
after(() => place.close());
beforeEach(() => {
  losses = 0;
  log = new FencedLog(
    place.database,
    () => {
      losses += 1;
    },
    { fenced: true },
  );
});
afterEach(() => log.reset());

/** Keeps everybody from writing to the audit log until it is released. */
async function holdAuditLog() {
  await place.client.query('begin; lock table audit_logs in exclusive mode');
  return () => place.client.query('commit');
}

async function count(ids: readonly string[]): Promise<number> {
  const { rows } = await place.client.query('select from audit_logs where id = any($1)', [ids]);
  return rows.length;
}

const statements = async () => {
  // On another connection: within a transaction what others do stands still.
  const { rows } = await place.database.pool.query(
    `select application_name as name, wait_event_type as waits from pg_stat_activity
     where application_name like 'plystra audit %' and datname = current_database()`,
  );
  return rows as { name: string; waits: string | null }[];
};

test('a row that the database refuses is told so, and the others of its batch go in', async () => {
  const entries = Array.from({ length: 20 }, (_, n) =>
    // No text has room for a NUL, and there are no other decisions.
    fencedEntry({}, n === 7 ? { requestId: 'a\u0000b' } : n === 11 ? { decision: 'perhaps' as never } : {}),
  );
  const first = log.record(fencedEntry(), undefined, 'single');
  const settled = await Promise.allSettled(entries.map((entry) => log.record(entry, undefined, 'single')));
  await first;
  assert.deepEqual(
    settled.flatMap(({ status }, n) => (status === 'rejected' ? [n] : [])),
    [7, 11],
  );
  assert.equal(await count(entries.map(({ row }) => row.id)), 18);
});

test('a row that is too large for the database does not take the others with it', async () => {
  const first = log.record(fencedEntry(), undefined, 'single');
  // What is this long fits into no index.
  const large = fencedEntry({}, { resourceId: randomBytes(6_000).toString('base64') });
  const entries = [fencedEntry(), large, fencedEntry()];
  const settled = await Promise.allSettled(entries.map((entry) => log.record(entry, undefined, 'single')));
  await first;
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('what was answered for lack of time is not written, neither while it waits nor when rows are repeated', async () => {
  const release = await holdAuditLog();
  const first = log.record(fencedEntry(), undefined, 'single');
  await until(async () => (await statements()).some(({ waits }) => waits === 'Lock'));
  const late = new AbortController();
  const entries = [fencedEntry(), fencedEntry(), fencedEntry()];
  const held = entries.map((entry, n) => log.record(entry, n === 1 ? late.signal : undefined, 'single'));
  late.abort();
  await release();
  await first;
  const settled = await Promise.allSettled(held);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(await count(entries.map(({ row }) => row.id)), 2);
});

test('an entry whose time is up while the connection opens is not written', async () => {
  const late = new AbortController();
  const entry = fencedEntry();
  const held = log.record(entry, late.signal, 'single');
  late.abort();
  await assert.rejects(held);
  assert.equal(await count([entry.row.id]), 0);
});

test('entries in bulk that are held up do not hold single ones up', async () => {
  const { client } = place;
  // Somebody else has added the same row and not committed yet.
  const bulk = fencedEntry();
  await client.query('begin');
  await client.query(
    `insert into audit_logs (id, action, resource_type, decision, trace, created_at)
     values ($1, 'invoice.read', 'invoice', 'allow', '{}', $2)`,
    [bulk.row.id, new Date(Number.parseInt(bulk.row.id.slice(6, 18), 16))],
  );
  const held = log.record(bulk, undefined, 'bulk');
  const alone = await log.record(fencedEntry(), undefined, 'single');
  assert.equal(alone.passed, true);
  await client.query('rollback');
  assert.equal((await held).passed, true);
});

test('so many may wait and no more; who comes then is told to come back', async () => {
  const release = await holdAuditLog();
  const held = await fill(() => ({ ...fencedEntry(), kept: false }));
  assert.ok(held.length > 8_000 && held.length < 9_000, `${held.length}`);
  const bulk = log.record(fencedEntry(), undefined, 'bulk');
  await release();
  await Promise.all([...held, bulk]);
  assert.equal((await log.record(fencedEntry(), undefined, 'single')).passed, true);
});

test('large entries that wait are few; those in bulk come after them, and all of them go in', async () => {
  const release = await holdAuditLog();
  const trace = JSON.stringify({ told: 'x'.repeat(2 ** 20) });
  const held = await fill(() => fencedEntry({}, { trace }));
  assert.ok(held.length > 60 && held.length < 100, `${held.length}`);
  const bulk = Array.from({ length: 3 }, () => log.record(fencedEntry({}, { trace }), undefined, 'bulk'));
  await release();
  const answers = (await Promise.all([...held, ...bulk])) as { passed: boolean }[];
  assert.ok(answers.every(({ passed }) => passed));
});

test('room for entries in bulk is kept until it is given back, and there is so much of it', () => {
  const full = { code: 'DECISION_QUEUE_FULL' };
  const releases = Array.from({ length: 8 }, () => log.reserve(1_000));
  assert.throws(() => log.reserve(1_000), full);
  releases[0]?.();
  const again = log.reserve(1_000);
  assert.throws(() => log.reserve(1_000), full);
  for (const release of [...releases.slice(1), again]) release();
  log.reserve(8_192)();
});

/** Records, while the audit log is held, until somebody is told to come back. */
async function fill(make: () => ReturnType<MakeEntry>): Promise<Promise<unknown>[]> {
  const held: Promise<unknown>[] = [];
  const refused = Promise.withResolvers<unknown>();
  let settled = false;
  for (let n = 0; !settled && n < 20_000; n += 1) {
    // The first is written for certain, so that all others wait for it.
    const entry = n === 0 ? fencedEntry() : make();
    const recorded = log.record(entry, undefined, 'single');
    recorded.catch((error: unknown) => {
      settled = true;
      held.splice(held.indexOf(recorded), 1);
      refused.resolve(error);
    });
    held.push(recorded);
    if (n % 16 === 0) await new Promise(setImmediate);
  }
  assert.equal(((await refused.promise) as { code?: string }).code, 'DECISION_QUEUE_FULL');
  return held;
}

test('a connection that is ended from outside is told, and the next entry opens another', async () => {
  await log.record(fencedEntry(), undefined, 'single');
  await place.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'plystra audit single' and datname = current_database()`,
  );
  await until(() => losses > 0);
  const entry = fencedEntry();
  assert.equal((await log.record(entry, undefined, 'single')).passed, true);
  assert.equal(await count([entry.row.id]), 1);
  assert.equal(losses, 1);
});

test('an entry whose connection is ended while it opens is not left waiting', async () => {
  const entry = fencedEntry();
  const rejected = assert.rejects(log.record(entry, undefined, 'single'), isDatabaseUnavailable);
  await log.reset();
  await rejected;
  assert.equal((await log.record(fencedEntry(), undefined, 'single')).passed, true);
});

test('without the fence every row goes in', async () => {
  const open = new FencedLog(place.database, () => undefined, { fenced: false });
  try {
    const entry = fencedEntry({ revisions: new Map([['space_a', 999]]), validUntil: 0 });
    assert.equal((await open.record(entry, undefined, 'single')).passed, true);
    assert.equal(await count([entry.row.id]), 1);
  } finally {
    await open.reset();
  }
});
