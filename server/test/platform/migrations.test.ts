import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import type pg from 'pg';

import {
  CHECKSUMS_FILE,
  formatChecksums,
  MigrationError,
  type MigrationErrorCode,
  migrateUp,
  migrationPlan,
  migrationStatus,
  readMigrationFiles,
  verifyMigrations,
} from '../../src/platform/migrations/index.ts';
import type { TestDatabase } from '../harness/database.ts';
import { CORE_MIGRATIONS, connect, connectMany, createEmptyDatabase } from './schema-fixture.ts';

let database: TestDatabase;
let client: pg.Client;
let folder: string;

/** Writes files into the folder and a checksums.txt that fits them. */
async function writeMigrations(files: Record<string, string>): Promise<void> {
  for (const [file, sql] of Object.entries(files)) await writeFile(join(folder, file), sql);
  await writeFile(join(folder, CHECKSUMS_FILE), formatChecksums(await readMigrationFiles(folder)));
}

function isMigrationError(code: MigrationErrorCode, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof MigrationError && error.code === code && message.test(error.message);
}

before(async () => {
  database = await createEmptyDatabase();
  client = await connect(database.url);
});
after(async () => {
  await client.end();
  await database.drop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});
afterEach(async () => {
  await client.query('drop schema public cascade; create schema public');
  await rm(folder, { recursive: true });
});

describe('migrateUp', () => {
  test('applies the files in order, records each, and finds nothing to do the second time', async () => {
    await writeMigrations({
      '001_first.sql': 'create table a (x int)',
      '002_second.sql': 'alter table a add y int',
    });
    const heard: string[] = [];
    const runs = await migrateUp(client, folder, ({ version }) => heard.push(version));
    assert.deepEqual(heard, ['001', '002']);
    assert.deepEqual(
      runs.map(({ name }) => name),
      ['first', 'second'],
    );
    assert.deepEqual(await migrateUp(client, folder), []);
    assert.deepEqual(
      (await migrationStatus(client, folder)).map(({ state }) => state),
      ['applied', 'applied'],
    );
    assert.deepEqual(await verifyMigrations(client, folder), []);
  });

  test('status, plan and verify read a database that was never migrated, and write nothing', async () => {
    await writeMigrations({ '001_first.sql': 'select 1' });
    assert.deepEqual(
      (await migrationPlan(client, folder)).map(({ version }) => version),
      ['001'],
    );
    assert.deepEqual(
      (await verifyMigrations(client, folder)).map(({ code }) => code),
      ['pending'],
    );
    const { rows } = await client.query(`select to_regclass('schema_migrations') as found`);
    assert.deepEqual(rows, [{ found: null }]);
  });

  test('stops at the first failure, says where and why, and leaves nothing of that file', async () => {
    await writeMigrations({
      '001_good.sql': 'create table a (x int)',
      '002_bad.sql': '-- ünïcödé 𝒳\ncreate table b (x int);\n\nselect no_such_column from a;\n',
      '003_later.sql': 'create table c (x int)',
    });
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError(
        'failed',
        /^002_bad\.sql, line 4 failed: column "no_such_column" does not exist \(SQLSTATE 42703\)/,
      ),
    );
    const { rows } = await client.query(
      `select to_regclass('a') is null as a, to_regclass('b') is null as b`,
    );
    assert.deepEqual(rows, [{ a: false, b: true }]);
    assert.deepEqual(
      (await migrationStatus(client, folder)).map(({ state }) => state),
      ['applied', 'pending', 'pending'],
    );
  });

  test('refuses a file that was changed after it was applied', async () => {
    await writeMigrations({ '001_first.sql': 'create table a (x int)' });
    await migrateUp(client, folder);
    await writeMigrations({ '001_first.sql': 'create table a (x bigint)', '002_next.sql': 'select 1' });
    assert.deepEqual(
      (await migrationStatus(client, folder)).map(({ state }) => state),
      ['checksum-mismatch', 'pending'],
    );
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('checksum-mismatch', /^001_first was changed/),
    );
    await assert.rejects(migrationPlan(client, folder), isMigrationError('checksum-mismatch', /001_first/));
    assert.deepEqual(
      (await verifyMigrations(client, folder)).map(({ code }) => code),
      ['checksum-mismatch', 'pending'],
    );
  });

  test('takes line ends for no change', async () => {
    await writeMigrations({ '001_first.sql': 'create table a (x int);\n' });
    await migrateUp(client, folder);
    await writeFile(join(folder, '001_first.sql'), 'create table a (x int);\r\n');
    assert.deepEqual(await verifyMigrations(client, folder), []);
  });

  test('refuses a database that a newer release has migrated', async () => {
    await writeMigrations({ '001_first.sql': 'select 1', '002_newer.sql': 'select 2' });
    await migrateUp(client, folder);
    await rm(join(folder, '002_newer.sql'));
    await writeMigrations({});
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('unknown-version', /^002_newer .* newer release/),
    );
    assert.deepEqual(
      (await migrationStatus(client, folder)).map(({ state }) => state),
      ['applied', 'unknown'],
    );
    assert.deepEqual(
      (await verifyMigrations(client, folder)).map(({ code }) => code),
      ['unknown-version'],
    );
  });

  test('refuses to fill a hole below what was applied', async () => {
    await writeMigrations({ '001_first.sql': 'select 1', '002_second.sql': 'select 2' });
    await migrateUp(client, folder);
    await client.query(`delete from schema_migrations where version = '001'`);
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('out-of-order', /^001_first was never applied/),
    );
  });

  test('keeps the chains of two folders apart', async () => {
    await writeMigrations({ '001_first.sql': 'create table a (x int)' });
    const other = `${folder}-plugin`;
    await cp(folder, other, { recursive: true });
    await writeFile(join(other, '001_first.sql'), 'create table b (x int)');
    await writeFile(join(other, CHECKSUMS_FILE), formatChecksums(await readMigrationFiles(other)));
    try {
      await migrateUp(client, folder);
      assert.deepEqual(
        (await migrateUp(client, other)).map(({ version }) => version),
        ['001'],
      );
      const { rows } = await client.query(
        `select namespace, version from schema_migrations order by namespace`,
      );
      const expected = [basename(folder), basename(other)].map((namespace) => ({
        namespace,
        version: '001',
      }));
      assert.deepEqual(rows, expected);
    } finally {
      await rm(other, { recursive: true });
    }
  });

  test('applies each file once when 50 callers start together', async () => {
    const clients = await connectMany(database.url, 50);
    try {
      const runs = await Promise.all(clients.map((caller) => migrateUp(caller, CORE_MIGRATIONS)));
      const applied = runs.flat().map(({ version }) => version);
      const versions = (await readMigrationFiles(CORE_MIGRATIONS)).map(({ version }) => version);
      assert.deepEqual(applied.sort(), versions);
      assert.deepEqual(await verifyMigrations(client, CORE_MIGRATIONS), []);
    } finally {
      await Promise.all(clients.map((caller) => caller.end()));
    }
  });
});

describe('checksums.txt', () => {
  test('must list every file', async () => {
    await writeMigrations({ '001_first.sql': 'select 1' });
    await writeFile(join(folder, '002_smuggled.sql'), 'select 2');
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('invalid-checksums', /^002_smuggled\.sql is not listed/),
    );
    assert.deepEqual(
      (await verifyMigrations(client, folder)).map(({ code }) => code),
      ['invalid-checksums'],
    );
  });

  test('must fit every file', async () => {
    await writeMigrations({ '001_first.sql': 'select 1' });
    await writeFile(join(folder, '001_first.sql'), 'select 2');
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('checksum-mismatch', /^001_first\.sql was changed/),
    );
  });

  test('must not lose a file or a line', async () => {
    await writeMigrations({ '001_first.sql': 'select 1', '002_second.sql': 'select 2' });
    const whole = await readFile(join(folder, CHECKSUMS_FILE), 'utf8');
    await rm(join(folder, '002_second.sql'));
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('invalid-checksums', /^002_second\.sql is listed/),
    );
    await writeFile(join(folder, CHECKSUMS_FILE), whole.replace(/^.*002_second\.sql\n/m, ''));
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('invalid-checksums', /chain line does not fit/),
    );
    await rm(join(folder, CHECKSUMS_FILE));
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('invalid-checksums', /checksums\.txt is missing/),
    );
  });

  test('numbers without a gap are required', async () => {
    await writeFile(join(folder, '001_first.sql'), 'select 1');
    await writeFile(join(folder, '003_third.sql'), 'select 3');
    await assert.rejects(
      migrateUp(client, folder),
      isMigrationError('invalid-folder', /^003_third\.sql: expected .* 002_name\.sql/),
    );
  });
});

test('no migration of Core ends its own transaction', async () => {
  for (const { file, sql } of await readMigrationFiles(CORE_MIGRATIONS)) {
    assert.doesNotMatch(sql, /^\s*(begin|commit|rollback|start transaction)\s*;/im, file);
  }
});
