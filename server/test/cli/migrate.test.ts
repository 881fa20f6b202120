import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type pg from 'pg';
import { migrationChains } from '../../src/cli/migration-chains.ts';
import { readMigrationFiles } from '../../src/platform/migrations/index.ts';
import type { TestDatabase } from '../harness/database.ts';
import { connect, createEmptyDatabase } from '../platform/schema-fixture.ts';
import { jsonOf, on, plystractl, startPlystractl, writeChain } from './run-plystractl.ts';

const CORE = migrationChains[0] ?? '';

let database: TestDatabase;
let client: pg.Client;
let environment: Readonly<Record<string, string>>;
let folder: string;
let files: string[];

before(async () => {
  database = await createEmptyDatabase();
  client = await connect(database.url);
  environment = on(database.url);
  folder = await mkdtemp(join(tmpdir(), 'plystra-chains-'));
  files = (await readMigrationFiles(CORE)).map(({ version, name }) => `${version} ${name}`);
});
after(async () => {
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  await client.query('drop schema public cascade; create schema public');
});

const run = (...args: string[]) => plystractl(args, { environment });
const lines = (text: string): string[] => text.split('\n').slice(0, -1);
const withoutTime = (text: string): string => text.replace(/ \(\d+ ms\)$/, '');

describe('on an empty database', () => {
  test('status and plan say that everything is pending, and write nothing', async () => {
    const pending = files.map((file) => `${file} pending`);
    for (const command of ['status', 'plan']) {
      const { exitCode, stdout } = await run('migrate', command);
      assert.equal(exitCode, 0);
      assert.deepEqual(lines(stdout), pending);
    }
    const { rows } = await client.query(`select to_regclass('schema_migrations') as found`);
    assert.deepEqual(rows, [{ found: null }]);
  });

  test('verify fails with the list, and says what to do', async () => {
    const { exitCode, stdout, stderr } = await run('migrate', 'verify');
    assert.equal(exitCode, 1);
    assert.deepEqual(
      lines(stdout),
      files.map((file) => `${file.replace(' ', '_')} has not been applied`),
    );
    assert.match(stderr, /then run: plystractl migrate up\n$/);
  });

  test('up applies every file in order, progress on stderr, and leaves nothing to do', async () => {
    const first = await run('migrate', 'up');
    assert.equal(first.exitCode, 0, first.stderr);
    assert.deepEqual(
      lines(first.stdout).map(withoutTime),
      files.map((file) => `applied ${file}`),
    );
    assert.match(lines(first.stdout)[0] ?? '', / \(\d+ ms\)$/);
    assert.match(first.stderr, new RegExp(`^applying 001 platform \\(1 of ${files.length}\\)$`, 'm'));

    assert.deepEqual((await run('migrate', 'up')).stdout, 'nothing to apply\n');
    assert.deepEqual((await run('migrate', 'plan')).stdout, 'nothing to apply\n');
    assert.deepEqual((await run('migrate', 'verify')).stdout, 'migrations verified\n');
    assert.deepEqual(
      lines((await run('migrate', 'status')).stdout),
      files.map((file) => `${file} applied`),
    );
  });

  test('up stops at the first failure with file and reason; what was before it stays', async () => {
    await client.query('create table users (id int)');
    const { exitCode, stdout, stderr } = await run('migrate', 'up');
    assert.equal(exitCode, 1);
    assert.deepEqual(lines(stdout).map(withoutTime), ['applied 001 platform', 'applied 002 audit']);
    assert.match(
      stderr,
      /^plystractl: 003_identity\.sql.* failed: relation "users" already exists \(SQLSTATE 42P07\)$/m,
    );
    assert.doesNotMatch(stderr, /\n {4}at /);
    const states = lines((await run('migrate', 'status')).stdout).map((line) => line.split(' ').at(-1));
    assert.deepEqual(states.slice(0, 4), ['applied', 'applied', 'pending', 'pending']);
  });
});

describe('--json prints one document', () => {
  test('of up, and of a database that is up to date', async () => {
    const up = await run('migrate', 'up', '--json');
    const { ok, applied } = jsonOf(up) as { ok: boolean; applied: Record<string, unknown>[] };
    assert.equal(ok, true);
    assert.deepEqual(
      applied.map(({ chain, version, name }) => `${chain} ${version} ${name}`),
      files.map((file) => `core ${file}`),
    );
    assert.ok(applied.every(({ execution_time_ms: time }) => Number.isInteger(time)));

    const status = jsonOf(await run('--json', 'migrate', 'status')) as {
      migrations: Record<string, unknown>[];
    };
    const { applied_at: at, execution_time_ms: time, ...first } = status.migrations[0] ?? {};
    assert.deepEqual(first, { chain: 'core', version: '001', name: 'platform', state: 'applied' });
    assert.match(String(at), /^\d{4}-.*Z$/);
    assert.equal(time, applied[0]?.['execution_time_ms']);
    assert.deepEqual(jsonOf(await run('migrate', 'plan', '--json')), { ok: true, migrations: [] });
    assert.deepEqual(jsonOf(await run('migrate', 'verify', '--json')), { ok: true, problems: [] });
    assert.deepEqual(jsonOf(await run('migrate', 'up', '--json')), { ok: true, applied: [] });
  });

  test('of what is pending', async () => {
    const plan = await run('migrate', 'plan', '--json');
    const { migrations } = jsonOf(plan) as { migrations: unknown[] };
    assert.equal(plan.exitCode, 0);
    assert.deepEqual(migrations[0], {
      chain: 'core',
      version: '001',
      name: 'platform',
      state: 'pending',
      applied_at: null,
      execution_time_ms: null,
    });
    const verify = await run('migrate', 'verify', '--json');
    const { ok, problems } = jsonOf(verify) as { ok: boolean; problems: unknown[] };
    assert.deepEqual([verify.exitCode, ok, problems.length], [1, false, files.length]);
    assert.deepEqual(problems[0], {
      chain: 'core',
      code: 'PENDING',
      version: '001',
      message: '001_platform has not been applied',
    });
  });

  test('of an up that failed half-way: what was applied, and why no more was', async () => {
    await client.query('create table users (id int)');
    const up = await run('migrate', 'up', '--json');
    const { ok, applied, error } = jsonOf(up) as {
      ok: boolean;
      applied: { version: string }[];
      error: Record<string, unknown>;
    };
    assert.deepEqual([up.exitCode, ok, applied.map(({ version }) => version)], [1, false, ['001', '002']]);
    assert.deepEqual([error['code'], error['file']], ['FAILED', '003_identity.sql']);
    assert.match(String(error['message']), /relation "users" already exists/);
  });
});

describe('a database that does not fit this release', () => {
  test('shows as checksum-mismatch and unknown; plan and up refuse', async () => {
    await run('migrate', 'up');
    await client.query(`update schema_migrations set checksum = 'other' where version = '002';
      insert into schema_migrations values ('core', '999', 'of_the_future', 'x', now(), 1)`);
    const status = await run('migrate', 'status');
    assert.equal(status.exitCode, 0);
    assert.ok(lines(status.stdout).includes('002 audit checksum-mismatch'));
    assert.equal(lines(status.stdout).at(-1), '999 of_the_future unknown');

    const verify = await run('migrate', 'verify');
    assert.equal(verify.exitCode, 1);
    assert.match(
      verify.stdout,
      /^002_audit was changed after it was applied;.*\n999_of_the_future was applied by/,
    );
    for (const command of ['plan', 'up']) {
      const { exitCode, stdout, stderr } = await run('migrate', command);
      assert.deepEqual([exitCode, stdout], [1, '']);
      assert.match(stderr, /^plystractl: 002_audit was changed after it was applied;/m);
    }
  });
});

describe('several chains', () => {
  test('are applied one after the other, and named in each line', async () => {
    const chains = [
      await writeChain(folder, 'first', { '001_a.sql': 'create table a (x int)' }),
      await writeChain(folder, 'second', { '001_b.sql': 'alter table a add y int', '002_c.sql': 'select 1' }),
    ];
    const setting = { environment, chains };
    const up = await plystractl(['migrate', 'up'], setting);
    assert.deepEqual(lines(up.stdout).map(withoutTime), [
      'applied first 001 a',
      'applied second 001 b',
      'applied second 002 c',
    ]);
    await client.query(`delete from schema_migrations where version = '002'`);
    const status = await plystractl(['migrate', 'status'], setting);
    assert.deepEqual(lines(status.stdout), [
      'first 001 a applied',
      'second 001 b applied',
      'second 002 c pending',
    ]);
    const verify = await plystractl(['migrate', 'verify'], setting);
    assert.deepEqual(lines(verify.stdout), ['second 002_c has not been applied']);
  });
});

describe('the database', () => {
  test('is named on stderr without its password, also by the alias of the variable', async () => {
    const url = new URL(database.url);
    const { DATABASE_URL: given = '', ...secrets } = environment;
    const { exitCode, stderr } = await plystractl(['migrate', 'plan'], {
      environment: { ...secrets, PLYSTRA_DATABASE_URL: given },
    });
    assert.equal(exitCode, 0);
    const name = url.pathname.slice(1);
    assert.equal(stderr, `Database: ${name} on ${url.hostname}:${url.port} as ${url.username}.\n`);
  });

  test('that cannot be reached, or refuses, is told with a reason and no password', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'not-the-password';
    const missing = new URL(database.url);
    missing.pathname = '/no_such_database';
    for (const [url, reason] of [
      ['postgres://someone:not-the-password@127.0.0.1:1/x', /connect ECONNREFUSED 127\.0\.0\.1:1\.$/m],
      [wrong.href, /password authentication failed for user "\w+"\.$/m],
      [missing.href, /database "no_such_database" does not exist\.$/m],
    ] as const) {
      const { exitCode, stdout, stderr } = await plystractl(['migrate', 'verify'], { environment: on(url) });
      assert.equal(exitCode, 1);
      assert.equal(stdout, '');
      assert.match(stderr, reason);
      assert.doesNotMatch(stderr, /not-the-password|\n {4}at /);
    }
  });
});

test('an interrupted up cancels its statement, rolls back, and says how far it came', async () => {
  const chains = [
    await writeChain(folder, 'slow', {
      '001_quick.sql': 'create table quick (x int)',
      '002_slow.sql': 'create table slow (x int); select pg_sleep(600);',
      '003_later.sql': 'create table later (x int)',
    }),
  ];
  const up = startPlystractl(['migrate', 'up', '--json'], { environment, chains });
  const asleep = `select from pg_stat_activity where datname = current_database()
    and wait_event = 'PgSleep' and state = 'active'`;
  await up.saw('applying 002 slow');
  while ((await client.query(asleep)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  up.child.kill('SIGTERM');
  const ended = await up.ended;
  assert.equal(ended.exitCode, 143);
  const { ok, applied, error } = jsonOf(ended) as {
    ok: boolean;
    applied: { name: string }[];
    error: { code: string };
  };
  assert.deepEqual([ok, applied.map(({ name }) => name), error.code], [false, ['quick'], 'INTERRUPTED']);
  assert.equal((await client.query(asleep)).rowCount, 0);
  const { rows } = await client.query(
    `select to_regclass('quick') is not null as quick, to_regclass('slow') as slow, to_regclass('later') as later`,
  );
  assert.deepEqual(rows, [{ quick: true, slow: null, later: null }]);
});

test('the migrations of the product are those of its folder', async () => {
  assert.deepEqual(migrationChains, [CORE]);
  assert.match(await readFile(join(CORE, 'checksums.txt'), 'utf8'), /chain\n$/);
});
