import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import type pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect, connectMany, insertWorld, refusal } from './schema-fixture.ts';

let database: TestDatabase;
let client: pg.Client;

/** Every revision, by scope. */
async function revisions(): Promise<Record<string, number>> {
  const { rows } = await client.query<{ scope: string; revision: string }>(
    'select scope, revision from graph_revisions',
  );
  return Object.fromEntries(rows.map(({ scope, revision }) => [scope, Number(revision)]));
}

/** By how much each scope moved while `statements` ran; scopes that stayed are left out. */
async function movesOf(...statements: string[]): Promise<Record<string, number>> {
  const earlier = await revisions();
  for (const statement of statements) await client.query(statement);
  const moved = Object.entries(await revisions()).map(
    ([scope, now]) => [scope, now - (earlier[scope] ?? 0)] as const,
  );
  return Object.fromEntries(moved.filter(([, steps]) => steps !== 0));
}

/** What the log holds for the newest revision of a scope, as `entity id`. */
async function newestChanges(scope: string): Promise<string[]> {
  const { rows } = await client.query<{ change: string }>(
    `select entity || ' ' || entity_id as change from graph_changes
     where scope = $1 and revision = (select revision from graph_revisions where scope = $1) order by 1`,
    [scope],
  );
  return rows.map(({ change }) => change);
}

before(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  await insertWorld(client);
});
after(async () => {
  await client.end();
  await database.drop();
});

describe('one statement', () => {
  beforeEach(() => client.query('begin'));
  afterEach(() => client.query('rollback'));

  test('moves the scope of its rows by one, however many rows it changes', async () => {
    const insert = `insert into members (id, space_id, display_name)
      select 'bulk_' || n, 'space_a', 'Bulk' from generate_series(1, 500) as n`;
    assert.deepEqual(await movesOf(insert), { space_a: 1 });
    assert.equal((await newestChanges('space_a')).length, 500);
    assert.deepEqual(await movesOf(`update members set status = 'disabled' where id like 'bulk\\_1%'`), {
      space_a: 1,
    });
    assert.equal((await newestChanges('space_a')).length, 111);
  });

  test('moves each scope that it touches once', async () => {
    assert.deepEqual(await movesOf(`update groups set status = 'disabled'`), { space_a: 1, space_b: 1 });
    assert.deepEqual(await newestChanges('space_a'), ['groups group_a', 'groups group_a_apac']);
    assert.deepEqual(await newestChanges('space_b'), ['groups group_b', 'groups group_b_apac']);
  });

  test('counts every table of the graph under its scope', async () => {
    const cases: [statement: string, scope: string, change: string][] = [
      [`insert into spaces (id, name) values ('space_c', 'C')`, 'space_c', 'spaces space_c'],
      [`update spaces set status = 'disabled' where id = 'space_a'`, 'space_a', 'spaces space_a'],
      [`update groups set name = 'Money' where id = 'group_a'`, 'space_a', 'groups group_a'],
      [`update members set display_name = 'X' where id = 'member_a'`, 'space_a', 'members member_a'],
      [`update user_members set expires_at = now() where id = 'um_a'`, 'space_a', 'user_members um_a'],
      [`update roles set status = 'disabled' where id = 'role_a'`, 'space_a', 'roles role_a'],
      [
        `update role_permissions set deleted_at = now() where id = 'rp_a'`,
        'space_a',
        'role_permissions rp_a',
      ],
      [
        `update member_roles set status = 'revoked', revoked_at = now() where id = 'mr_a'`,
        'space_a',
        'member_roles mr_a',
      ],
      [`update permissions set status = 'disabled' where id = 'perm_1'`, '*', 'permissions perm_1'],
      [`update resource_types set status = 'disabled' where id = 'rt_1'`, '*', 'resource_types rt_1'],
      [`update resource_actions set status = 'disabled' where id = 'ra_1'`, '*', 'resource_actions ra_1'],
      [`delete from resource_actions where id = 'ra_1'`, '*', 'resource_actions ra_1'],
      [`delete from resource_mappings where id = 'rm_1'`, '*', 'resource_mappings rm_1'],
      [
        `insert into admin_grants (id, user_id, level, permission_key) values ('ag_i', 'user_1', 'instance_admin', '*')`,
        '*',
        'admin_grants ag_i',
      ],
      [
        `insert into admin_grants (id, user_id, level, space_id, permission_key) values ('ag_s', 'user_1', 'space_admin', 'space_a', '*')`,
        'space_a',
        'admin_grants ag_s',
      ],
      [
        `insert into api_keys (id, name, key_prefix, key_hash, level, permission_keys) values ('ak_i', 'K', 'k', repeat('1', 64), 'instance', '{*}')`,
        '*',
        'api_keys ak_i',
      ],
      [
        `insert into api_keys (id, name, key_prefix, key_hash, level, space_id, permission_keys) values ('ak_s', 'K', 'k', repeat('2', 64), 'space', 'space_a', '{*}')`,
        'space_a',
        'api_keys ak_s',
      ],
    ];
    for (const [statement, scope, change] of cases) {
      assert.deepEqual(await movesOf(statement), { [scope]: 1 }, statement);
      assert.deepEqual(await newestChanges(scope), [change], statement);
    }
  });

  test('moves nothing when it changes bookkeeping, or nothing at all', async () => {
    await client.query(`insert into api_keys (id, name, key_prefix, key_hash, level, permission_keys)
      values ('ak_1', 'K', 'k', repeat('1', 64), 'instance', '{*}')`);
    assert.deepEqual(
      await movesOf(
        `update api_keys set last_used_at = now(), version = version + 1, updated_at = now()`,
        `update members set updated_at = now(), version = version + 1`,
        `update roles set name = name`,
        `update groups set name = 'X' where false`,
      ),
      {},
    );
  });

  test('counts a change that comes together with bookkeeping', async () => {
    const update = `update members set status = 'disabled', updated_at = now() where id = 'member_a'`;
    assert.deepEqual(await movesOf(update), { space_a: 1 });
  });

  test('moves nothing for users, sessions and resources', async () => {
    const hash = 'a'.repeat(64);
    assert.deepEqual(
      await movesOf(
        `update users set status = 'disabled'`,
        `update resources set status = 'archived'`,
        `insert into sessions (id, user_id, access_token_hash, refresh_token_hash, expires_at, refresh_expires_at, absolute_expires_at)
           values ('sess_1', 'user_1', '${hash}', '${hash}', now(), now(), now())`,
      ),
      {},
    );
  });

  test('counts a row that changes its Space in both', async () => {
    await client.query(`insert into members (id, space_id, display_name) values ('mover', 'space_a', 'M')`);
    assert.deepEqual(await movesOf(`update members set space_id = 'space_b' where id = 'mover'`), {
      space_a: 1,
      space_b: 1,
    });
    assert.deepEqual(await newestChanges('space_a'), ['members mover']);
    assert.deepEqual(await newestChanges('space_b'), ['members mover']);
  });

  test('cannot truncate what is counted, nor rewrite a revision', async () => {
    const counted = [
      'spaces',
      'groups',
      'members',
      'user_members',
      'roles',
      'role_permissions',
      'member_roles',
      'permissions',
      'resource_types',
      'resource_actions',
      'resource_mappings',
      'admin_grants',
      'api_keys',
      'graph_revisions',
    ];
    const statements = [
      ...counted.map((table) => `truncate ${table} cascade`),
      `delete from graph_revisions`,
      `update graph_revisions set revision = revision + 2`,
      `update graph_revisions set revision = revision - 1`,
      `update graph_revisions set scope = scope || 'x'`,
    ];
    for (const statement of statements) {
      await client.query('savepoint attempt');
      assert.equal((await refusal(client, statement)).code, '23001', statement);
      await client.query('rollback to attempt');
    }
  });
});

test('a new scope starts at revision 1', async () => {
  await client.query(`insert into spaces (id, name) values ('space_new', 'New')`);
  assert.equal((await revisions())['space_new'], 1);
});

test('a change that is rolled back leaves no gap', async () => {
  await client.query('begin');
  await client.query(`update members set status = 'disabled' where id = 'member_b'`);
  await client.query('rollback');
  const earlier = (await revisions())['space_b'] ?? 0;
  await client.query(`update members set display_name = 'Other' where id = 'member_b'`);
  assert.equal((await revisions())['space_b'], earlier + 1);
});

test('50 concurrent writers give a sequence without gap or double', async () => {
  await client.query(`insert into spaces (id, name) values ('space_race', 'Race')`);
  const writers = await connectMany(database.url, 50);
  try {
    await Promise.all(
      writers.map(async (writer, index) => {
        for (const round of ['x', 'y', 'z']) {
          await writer.query('begin');
          await writer.query(
            `insert into members (id, space_id, display_name) values ($1, 'space_race', 'R')`,
            [`racer_${index}${round}`],
          );
          await writer.query(index % 5 === 0 ? 'rollback' : 'commit');
        }
      }),
    );
  } finally {
    await Promise.all(writers.map((writer) => writer.end()));
  }
  const { rows } = await client.query<{ revision: string }>(
    `select revision from graph_changes where scope = 'space_race' order by revision`,
  );
  assert.deepEqual(
    rows.map(({ revision }) => Number(revision)),
    Array.from({ length: 121 }, (_, index) => index + 1),
  );
  assert.equal((await revisions())['space_race'], 121);
});

test('plystra_lock_scopes locks the instance first and Spaces in C order, each once, and moves nothing', async () => {
  const other = await connect(database.url);
  await client.query('begin');
  try {
    const { rows } = await client.query<{ scope: string; revision: string }>(
      `select scope, revision from plystra_lock_scopes(array['space_b', 'Z_unseen', null, 'space_a', 'space_b'])`,
    );
    assert.deepEqual(
      rows.map(({ scope }) => scope),
      ['*', 'Z_unseen', 'space_a', 'space_b'],
    );
    assert.equal(rows[1]?.revision, '0');
    const attempt = `select 1 from graph_revisions where scope = 'space_a' for update nowait`;
    assert.equal((await refusal(other, attempt)).code, '55P03');
    await client.query('rollback');
    assert.equal((await other.query(attempt)).rowCount, 1);
  } finally {
    await client.query('rollback');
    await other.end();
  }
});

test('transactions that lock their scopes first never deadlock, whatever order they write in', async () => {
  const writers = await connectMany(database.url, 8);
  try {
    await Promise.all(
      writers.map(async (writer, index) => {
        const spaces = index % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
        for (let round = 0; round < 5; round += 1) {
          await writer.query('begin');
          await writer.query(`select plystra_lock_scopes($1)`, [spaces.map((x) => `space_${x}`)]);
          for (const x of spaces)
            await writer.query(`update roles set name = $1 where id = $2`, [
              `${index}.${round}`,
              `role_${x}`,
            ]);
          await writer.query('commit');
        }
      }),
    );
  } finally {
    await Promise.all(writers.map((writer) => writer.end()));
  }
});
