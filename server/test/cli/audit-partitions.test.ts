import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect } from '../platform/schema-fixture.ts';
import { jsonOf, on, plystractl } from './run-plystractl.ts';

type Told = {
  readonly ok: boolean;
  readonly partitions: readonly {
    readonly name: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly rows_estimate: number | null;
    readonly bytes: number;
  }[];
  readonly months: readonly { readonly month: string; readonly found: string }[];
  readonly default_months: readonly string[];
};

let database: TestDatabase;
let client: pg.Client;
let months: readonly string[];
const partition = (ahead: number) => `audit_logs_${months[ahead]?.replace('-', '_')}`;

beforeEach(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  const { rows } = await client.query<{ month: string }>(
    `select to_char(now() at time zone 'UTC' + make_interval(months => ahead), 'YYYY-MM') as month
     from generate_series(0, 6) as ahead order by ahead`,
  );
  months = rows.map(({ month }) => month);
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const run = (...args: string[]) =>
  plystractl(['audit', 'partitions', ...args], { environment: on(database.url) });

async function told(...args: string[]): Promise<Told & { readonly exitCode: number | null }> {
  const ended = await run('--json', ...args);
  return { exitCode: ended.exitCode, ...(jsonOf(ended) as unknown as Told) };
}

const insertAt = (day: string, id: string) =>
  client.query(
    `insert into audit_logs (id, action, resource_type, decision, trace, created_at)
     values ('audit_' || lpad($2, 32, '0'), 'invoice.read', 'invoice', 'allow', '{}', $1)`,
    [`${day}T00:00:00Z`, id],
  );

test('the months are listed with range, rows and size, the oldest first and DEFAULT last', async () => {
  await insertAt(`${months[1]}-02`, '1');
  await client.query('analyze audit_logs');
  const { exitCode, partitions, default_months: inDefault } = await told();
  assert.deepEqual([exitCode, inDefault], [0, []]);
  assert.deepEqual(
    partitions.map(({ name }) => name),
    [partition(0), partition(1), partition(2), partition(3), 'audit_logs_default'],
  );
  const { bytes, ...second } = partitions[1] ?? assert.fail();
  assert.deepEqual(second, {
    name: partition(1),
    from: `${months[1]}-01T00:00:00.000Z`,
    to: `${months[2]}-01T00:00:00.000Z`,
    rows_estimate: 1,
  });
  assert.ok(bytes > 0);
  const last = partitions.at(-1);
  assert.deepEqual([last?.from, last?.to, last?.rows_estimate], [null, null, 0]);
});

test('months that are missing ahead are made and told, and a second run changes nothing', async () => {
  await client.query(`drop table ${partition(2)}`);
  const first = await run('--months', '5');
  assert.equal(first.exitCode, 0, first.stderr);
  assert.deepEqual(
    first.stdout.split('\n').filter((line) => line.startsWith('made')),
    [2, 4, 5].map((ahead) => `made ${months[ahead]}`),
  );
  assert.ok(first.stdout.includes(`${partition(5)}  ${months[5]}-01  ${months[6]}-01`), first.stdout);
  const again = await run('--months', '5');
  assert.equal(again.exitCode, 0);
  assert.match(again.stdout, /^no month missing$/m);
  assert.doesNotMatch(again.stdout, /^made/m);
});

test('a month of which DEFAULT holds rows fails the run, says why and what it means, and the others are made', async () => {
  await client.query(`drop table ${partition(2)}, ${partition(3)}`);
  await insertAt(`${months[2]}-15`, '1');
  await insertAt('1999-12-31', '2');
  const { stdout, stderr, exitCode } = await run();
  assert.equal(exitCode, 1);
  assert.ok(stdout.includes(`missing ${months[2]}: rows of it are in the DEFAULT partition already\n`));
  assert.ok(stdout.includes(`made ${months[3]}\n`));
  assert.ok(stdout.includes(`in DEFAULT 1999-12, ${months[2]}: `), stdout);
  assert.match(stderr, /Nothing is lost/);
  const asJson = await told();
  assert.deepEqual([asJson.exitCode, asJson.ok], [1, false]);
  assert.deepEqual(asJson.default_months, ['1999-12', months[2]]);
  assert.deepEqual(
    asJson.months.map(({ found }) => found),
    ['exists', 'exists', 'rows_in_default', 'exists'],
  );
});

test('a month that was detached fails the run, and the statement that is told puts it right', async () => {
  await client.query(`alter table audit_logs detach partition ${partition(1)}`);
  const { stdout, stderr, exitCode } = await run();
  assert.equal(exitCode, 1);
  assert.ok(stdout.includes(`missing ${months[1]}: its table is there, and detached from the audit log\n`));
  const statement = /^ {2}(alter table .*;)$/m.exec(stderr)?.[1];
  assert.ok(statement !== undefined, stderr);
  await client.query(statement);
  assert.deepEqual(
    (await told()).months.map(({ found }) => found),
    ['exists', 'exists', 'exists', 'exists'],
  );
});

test('a month that cannot have its locks is told as such', async () => {
  await client.query(`drop table ${partition(3)}`);
  await client.query("begin; select pg_advisory_xact_lock(hashtextextended('plystra.audit_partition', 0))");
  const locked = await told('--months', '0');
  assert.deepEqual([locked.exitCode, locked.months], [1, [{ month: months[0], found: 'locked' }]]);
  await client.query('rollback');
  assert.equal((await told()).exitCode, 0);
});

test('what is not a number of months is refused', async () => {
  for (const wrong of ['-1', '121', '1.5', 'three']) {
    const { exitCode, stderr } = await run(`--months=${wrong}`);
    assert.equal(exitCode, 2, wrong);
    assert.match(stderr, /--months takes a number from 0 to 120\./);
  }
});

test('a database without the tables is sent to the migrations', async () => {
  await client.query('drop schema public cascade; create schema public');
  const { exitCode, stderr } = await run();
  assert.equal(exitCode, 1);
  assert.match(stderr, /Run: plystractl migrate up/);
});
