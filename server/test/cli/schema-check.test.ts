import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect } from '../platform/schema-fixture.ts';
import { jsonOf, on, plystractl } from './run-plystractl.ts';

let database: TestDatabase;
let client: pg.Client;

before(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
});
after(async () => {
  await client.end();
  await database.drop();
});

const run = (...args: string[]) => plystractl(args, { environment: on(database.url) });

test('a migrated database is in sync, by every name of the command', async () => {
  for (const words of [
    ['schema', 'check'],
    ['ent', 'check'],
    ['ent', 'status'],
    ['ent', 'plan'],
  ]) {
    const { exitCode, stdout } = await run(...words);
    assert.deepEqual([exitCode, stdout], [0, 'schema in sync\n'], words.join(' '));
  }
  assert.deepEqual(jsonOf(await run('schema', 'check', '--json')), { ok: true, drift: [], foreign: [] });
});

describe('a drifted schema', () => {
  before(() => client.query('alter table users add nickname text; drop table template_installations'));
  afterEach(() => client.query('drop table if exists of_mine'));

  test('fails with every difference in words', async () => {
    const { exitCode, stdout, stderr } = await run('schema', 'check');
    assert.equal(exitCode, 1);
    assert.equal(
      stdout,
      'table template_installations: missing\ncolumn users.nickname: not made by any migration\n',
    );
    assert.doesNotMatch(stderr, /migrate verify/);
  });

  test('fails as a document with --json; tables of the installation itself are beside it', async () => {
    await client.query('create table of_mine (x int)');
    const check = await run('ent', 'check', '--json');
    assert.equal(check.exitCode, 1);
    assert.deepEqual(jsonOf(check), {
      ok: false,
      drift: [
        {
          kind: 'missing',
          object: 'table template_installations',
          message: 'table template_installations: missing',
        },
        {
          kind: 'unexpected',
          object: 'column users.nickname',
          message: 'column users.nickname: not made by any migration',
        },
      ],
      foreign: [
        { kind: 'unexpected', object: 'table of_mine', message: 'table of_mine: not made by any migration' },
      ],
    });
  });

  test('points to the migrations when those are not current', async () => {
    await client.query(`delete from schema_migrations where version = '010'`);
    const { stderr } = await run('schema', 'check');
    assert.match(stderr, /The migrations are not current\..* plystractl migrate verify\n$/);
  });
});

test('a table of the installation itself is named, and is no drift', async () => {
  const own = await createTestDatabase();
  const session = await connect(own.url);
  await session.query('create table of_mine (x int)');
  await session.end();
  const { exitCode, stdout, stderr } = await plystractl(['schema', 'check'], { environment: on(own.url) });
  await own.drop();
  assert.deepEqual([exitCode, stdout], [0, 'schema in sync\n']);
  assert.match(stderr, /^Not drift: table of_mine: not made by any migration\.$/m);
});
