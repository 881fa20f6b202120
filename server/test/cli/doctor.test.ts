import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { moveClock } from '../harness/other-clock.ts';
import { connect } from '../platform/schema-fixture.ts';
import { jsonOf, on, plystractl } from './run-plystractl.ts';

type Check = {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly hint: string | null;
  readonly figures?: Readonly<Record<string, unknown>>;
};

const everyCheck = [
  'configuration',
  'database',
  'server version',
  'durability',
  'clock',
  'migrations',
  'schema',
  'audit partitions',
  'append-only audit log',
  'super admin',
];

/** What a server in production is started with. */
const production = (url: string) => ({
  ...on(url),
  SERVER_MODE: 'production',
  SERVER_PUBLIC_URL: 'https://plystra.example.com',
  CORS_ALLOWED_ORIGINS: 'https://app.example.com',
});

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  await client.query(`insert into users (id, email) values ('root', 'root@example.com');
    insert into admin_grants (id, user_id, level, permission_key)
      values ('grant_root', 'root', 'instance_super_admin', '*')`);
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

async function doctor(environment: Readonly<Record<string, string>> = production(database.url)) {
  const run = await plystractl(['doctor', '--json'], { environment });
  const { ok, checks, failed, warnings } = jsonOf(run) as unknown as {
    ok: boolean;
    checks: readonly Check[];
    failed: number;
    warnings: number;
  };
  return { exitCode: run.exitCode, ok, failed, warnings, checks, text: run.stdout + run.stderr };
}

const of = (checks: readonly Check[], wanted: string) => checks.filter(({ check }) => check === wanted);
const partition = async (ahead: number) => {
  const { rows } = await client.query<{ month: string }>(
    `select to_char(now() at time zone 'UTC' + make_interval(months => $1), 'YYYY-MM') as month`,
    [ahead],
  );
  const month = String(rows[0]?.month);
  return { month, table: `audit_logs_${month.replace('-', '_')}` };
};

test('an installation that is well has a row with ✓ for each check, and the run succeeds', async () => {
  const { exitCode, ok, checks, failed } = await doctor();
  assert.deepEqual([exitCode, ok, failed], [0, true, 0], JSON.stringify(checks));
  assert.deepEqual([...new Set(checks.map(({ check }) => check))], everyCheck);
  assert.deepEqual(
    checks.filter(({ state }) => state !== 'ok' && state !== 'warning'),
    [],
  );
  const run = await plystractl(['doctor'], { environment: production(database.url) });
  assert.equal(run.exitCode, 0);
  assert.match(run.stdout, /^✓ configuration: It is valid for the mode production\.$/m);
  assert.match(run.stdout, /^✓ migrations: All are applied, with the checksums of this release\.$/m);
  assert.match(run.stdout, /\n0 failed, \d+ warnings?\n$/);
});

test('outside production the rules of production are told as warnings, all of them', async () => {
  const { exitCode, checks } = await doctor({ ...on(database.url), CORS_ALLOWED_ORIGINS: '*' });
  assert.equal(exitCode, 0);
  const [valid, ...warned] = of(checks, 'configuration');
  assert.deepEqual([valid?.state, valid?.figures], ['ok', { mode: 'development' }]);
  assert.deepEqual(
    new Set(warned.map(({ state, figures }) => `${state} ${figures?.['variable']}`)),
    new Set(['warning SERVER_PUBLIC_URL', 'warning CORS_ALLOWED_ORIGINS']),
  );
});

test('a configuration that the server would refuse ends with 78, every problem told, and nothing else claimed', async () => {
  const secret = 'short-secret';
  const { exitCode, ok, checks, text } = await doctor({
    ...production(database.url),
    PLYSTRA_SESSION_SECRET: secret,
    CORS_ALLOWED_ORIGINS: '*',
    SERVER_PORT: 'http',
  });
  assert.deepEqual([exitCode, ok], [78, false]);
  assert.deepEqual(
    new Set(of(checks, 'configuration').map(({ state, figures }) => `${state} ${figures?.['variable']}`)),
    new Set(['failed PLYSTRA_SESSION_SECRET', 'failed CORS_ALLOWED_ORIGINS', 'failed SERVER_PORT']),
  );
  const others = checks.filter(({ check }) => check !== 'configuration');
  assert.deepEqual(
    others.map(({ check, state }) => `${check} ${state}`),
    everyCheck.slice(1).map((check) => `${check} skipped`),
  );
  assert.ok(!text.includes(secret));
});

test('a database that cannot be reached is told without its password, and the rest is not claimed', async () => {
  const nobody = 'postgres://somebody:hunter2@127.0.0.1:1/nothing';
  const { exitCode, checks, text } = await doctor(production(nobody));
  assert.equal(exitCode, 1);
  const [found] = of(checks, 'database');
  assert.equal(found?.state, 'failed');
  assert.match(found?.message ?? '', /Cannot connect to the database nothing on 127\.0\.0\.1:1 as somebody/);
  assert.match(found?.hint ?? '', /DATABASE_URL/);
  assert.deepEqual(
    checks.slice(2).map(({ state }) => state),
    everyCheck.slice(2).map(() => 'skipped'),
  );
  assert.ok(!text.includes('hunter2'));
});

test('a clock that differs by more than a second fails, with the figure', async () => {
  await moveClock(database.url, -90);
  const { exitCode, checks } = await doctor();
  const [found] = of(checks, 'clock');
  assert.deepEqual([exitCode, found?.state], [1, 'failed'], JSON.stringify(checks));
  assert.match(
    found?.message ?? '',
    /The clock of the database is \d+\.\d{3} s behind the clock of this machine/,
  );
  const offset = Number(found?.figures?.['offset_ms']);
  assert.ok(offset < -60_000 && offset > -120_000, String(offset));
});

describe('migrations that are not current', () => {
  test('fail with what to do, and what needs their tables is not claimed', async () => {
    await client.query('drop schema public cascade; create schema public');
    const { exitCode, checks } = await doctor();
    assert.equal(exitCode, 1);
    const found = of(checks, 'migrations');
    assert.ok(found.length >= 10);
    assert.ok(
      found.every(({ state, hint }) => state === 'failed' && /plystractl migrate up/.test(hint ?? '')),
    );
    assert.deepEqual(
      checks.filter(({ state }) => state === 'skipped').map(({ check }) => check),
      everyCheck.slice(6),
    );
  });

  test('with another checksum fail as such', async () => {
    await client.query("update schema_migrations set checksum = reverse(checksum) where version = '003'");
    const [found] = of((await doctor()).checks, 'migrations');
    assert.equal(found?.figures?.['code'], 'CHECKSUM_MISMATCH');
    assert.match(found?.message ?? '', /003_identity was changed after it was applied/);
  });
});

test('a schema that drifted fails, and names the difference', async () => {
  await client.query('alter table users add nickname text; create table of_mine (x int)');
  const { exitCode, checks } = await doctor();
  assert.equal(exitCode, 1);
  assert.deepEqual(
    of(checks, 'schema').map(({ state, message }) => `${state} ${message}`),
    ['failed column users.nickname: not made by any migration.'],
  );
});

describe('months of the audit log', () => {
  test('that are missing soon fail, later ones are warned of, and the command that is told makes them', async () => {
    const [next, last] = [await partition(1), await partition(3)];
    await client.query(`drop table ${next.table}, ${last.table}`);
    const { exitCode, checks } = await doctor();
    assert.equal(exitCode, 1);
    const found = of(checks, 'audit partitions');
    assert.deepEqual(
      found.map(({ state, figures }) => `${state} ${figures?.['month']}`),
      [`failed ${next.month}`, `warning ${last.month}`],
    );
    assert.match(found[0]?.hint ?? '', /plystractl audit partitions/);
    await plystractl(['audit', 'partitions'], { environment: on(database.url) });
    assert.deepEqual(
      of((await doctor()).checks, 'audit partitions').map(({ state }) => state),
      ['ok'],
    );
  });

  test('whose rows are in DEFAULT are warned of', async () => {
    await client.query(`insert into audit_logs (id, action, resource_type, decision, trace, created_at)
      values ('audit_' || repeat('0', 32), 'invoice.read', 'invoice', 'allow', '{}', '1999-12-31T23:59:59.999Z')`);
    const { exitCode, checks } = await doctor();
    assert.equal(exitCode, 0);
    const [found] = of(checks, 'audit partitions');
    assert.deepEqual([found?.state, found?.figures], ['warning', { default_months: ['1999-12'] }]);
  });
});

for (const [how, change] of Object.entries({
  disabled: 'alter table audit_logs disable trigger audit_logs_no_truncate',
  'not enabled always': 'alter table audit_logs enable trigger audit_logs_no_truncate',
  gone: 'drop trigger audit_logs_no_truncate on audit_logs',
})) {
  test(`a trigger of the audit log that is ${how} fails`, async () => {
    await client.query(change);
    const { exitCode, checks } = await doctor();
    const [found, ...more] = of(checks, 'append-only audit log');
    assert.deepEqual([exitCode, found?.state, more], [1, 'failed', []]);
    assert.deepEqual(found?.figures, { table: 'audit_logs', lacks: ['TRUNCATE'] });
  });
}

test('a month whose triggers are all off fails by its name', async () => {
  const { table } = await partition(0);
  await client.query(`alter table ${table} disable trigger all`);
  const { checks } = await doctor();
  assert.deepEqual(
    of(checks, 'append-only audit log').map(({ figures }) => figures),
    [{ table, lacks: ['UPDATE and DELETE', 'TRUNCATE'] }],
  );
});

for (const [who, change] of Object.entries({
  nobody: 'delete from admin_grants',
  'somebody for a while': "update admin_grants set expires_at = now() + interval '1 hour'",
  'a User who is disabled': "update users set status = 'disabled'",
})) {
  test(`an instance whose super admin is ${who} is warned of, with the command that makes one`, async () => {
    await client.query(change);
    const { exitCode, checks } = await doctor();
    const [found] = of(checks, 'super admin');
    assert.deepEqual([exitCode, found?.state], [0, 'warning']);
    assert.match(found?.hint ?? '', /plystractl admin bootstrap-super-admin/);
  });
}

test('a setting that lets commits be lost is warned of', async () => {
  const name = client.escapeIdentifier(new URL(database.url).pathname.slice(1));
  await client.query(`alter database ${name} set synchronous_commit = off`);
  const { exitCode, checks } = await doctor();
  assert.equal(exitCode, 0);
  const found = of(checks, 'durability').find(({ message }) => message.startsWith('synchronous_commit'));
  assert.deepEqual([found?.state, found?.figures], ['warning', { synchronous_commit: 'off' }]);
});

test('a look that fails says so, and the others are taken', async () => {
  const name = client.escapeIdentifier(new URL(database.url).pathname.slice(1));
  await client.query(`create schema broken;
    create function broken.clock_timestamp() returns timestamptz language sql return 'never'::text::timestamptz;
    alter database ${name} set search_path = broken, pg_catalog, public`);
  const { exitCode, checks } = await doctor();
  const [found] = of(checks, 'clock');
  assert.deepEqual([exitCode, found?.state], [1, 'failed']);
  assert.match(found?.message ?? '', /SQLSTATE 22007/);
  assert.equal(of(checks, 'super admin')[0]?.state, 'ok');
});
