import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import type pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect, insertWorld, refusal } from './schema-fixture.ts';

const HASH = 'a'.repeat(64);

let database: TestDatabase;
let client: pg.Client;

/** Runs a statement and keeps nothing of it, refused or not. Deferred checks run at once. */
async function attempt(statement: string): Promise<pg.DatabaseError> {
  await client.query('savepoint attempt');
  try {
    await client.query('set constraints all immediate');
    return await refusal(client, statement);
  } finally {
    await client.query('rollback to attempt');
  }
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
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

test('no row points into another Space', async () => {
  const cases: [statement: string, constraint: string][] = [
    [`update groups set parent_group_id = 'group_b' where id = 'group_a_apac'`, 'groups_parent_fkey'],
    [`update user_members set member_id = 'member_b' where id = 'um_a'`, 'user_members_member_fkey'],
    [
      `update user_members set linked_by_member_id = 'member_b' where id = 'um_a'`,
      'user_members_linked_by_fkey',
    ],
    [`update resources set group_id = 'group_b' where id = 'invoice_a'`, 'resources_group_fkey'],
    [`update resources set owner_member_id = 'member_b' where id = 'invoice_a'`, 'resources_owner_fkey'],
    [
      `update role_permissions set role_id = 'role_b', deleted_at = now() where id = 'rp_a'`,
      'role_permissions_role_fkey',
    ],
    [`update member_roles set member_id = 'member_b' where id = 'mr_a'`, 'member_roles_member_fkey'],
    [`update member_roles set role_id = 'role_b' where id = 'mr_a'`, 'member_roles_role_fkey'],
    [
      `update member_roles set scope_anchor_group_id = 'group_b' where id = 'mr_a'`,
      'member_roles_anchor_fkey',
    ],
    [
      `insert into admin_grants (id, user_id, level, space_id, group_id, permission_key)
        values ('ag', 'user_1', 'group_admin', 'space_a', 'group_b', '*')`,
      'admin_grants_group_fkey',
    ],
    [
      `insert into admin_grants (id, user_id, level, space_id, member_id, permission_key)
        values ('ag', 'user_1', 'space_admin', 'space_a', 'member_b', '*')`,
      'admin_grants_member_fkey',
    ],
    [
      `insert into api_keys (id, name, key_prefix, key_hash, level, space_id, group_id, permission_keys)
        values ('ak', 'K', 'k', '${HASH}', 'group', 'space_a', 'group_b', '{*}')`,
      'api_keys_group_fkey',
    ],
  ];
  for (const [statement, constraint] of cases)
    assert.equal((await attempt(statement)).constraint, constraint, statement);
});

test("a session acts only through its own User's binding", async () => {
  const session = (
    user: string,
    space: string | null,
    member: string | null,
    binding: string | null,
  ): string => {
    const [s, m, b] = [space, member, binding].map((value) => (value === null ? 'null' : `'${value}'`));
    return `insert into sessions (id, user_id, active_space_id, active_member_id, active_user_member_id,
      access_token_hash, refresh_token_hash, expires_at, refresh_expires_at, absolute_expires_at)
      values ('sess_1', '${user}', ${s}, ${m}, ${b}, '${HASH}', '${HASH}', now(), now(), now())`;
  };
  assert.equal(
    (await attempt(session('user_2', 'space_a', 'member_a', 'um_a'))).constraint,
    'sessions_actor_fkey',
  );
  assert.equal(
    (await attempt(session('user_1', 'space_b', 'member_b', 'um_a'))).constraint,
    'sessions_actor_fkey',
  );
  assert.equal(
    (await attempt(session('user_1', 'space_a', 'member_a', null))).constraint,
    'sessions_actor_check',
  );
  await client.query(session('user_1', 'space_a', 'member_a', 'um_a'));
});

test('a session takes its consumed refresh tokens along when it is purged', async () => {
  await client.query(`insert into sessions (id, user_id, access_token_hash, refresh_token_hash, expires_at,
    refresh_expires_at, absolute_expires_at) values ('sess_1', 'user_1', '${HASH}', '${HASH}', now(), now(), now())`);
  await client.query(
    `insert into session_refresh_tokens (token_hash, session_id, generation) values ('${HASH}', 'sess_1', 1)`,
  );
  await client.query(`delete from sessions where id = 'sess_1'`);
  assert.equal((await client.query('select 1 from session_refresh_tokens')).rowCount, 0);
});

test('what is only ever marked as deleted cannot be removed', async () => {
  const soft = [
    'users',
    'spaces',
    'groups',
    'members',
    'user_members',
    'roles',
    'permissions',
    'role_permissions',
    'member_roles',
    'resources',
  ];
  for (const table of soft) {
    for (const statement of [`delete from ${table}`, `truncate ${table} cascade`]) {
      const error = await attempt(statement);
      assert.equal(error.code, '23001', statement);
      assert.ok(error.hint, statement);
    }
  }
});

test('values outside a closed set, and absent references written as text, are refused', async () => {
  const cases = [
    `update users set status = 'gone'`,
    `update users set email = 'ONE@example.com' where id = 'user_1'`,
    `update resources set status = 'paused'`,
    `update resources set group_id = ''`,
    `update resources set status = 'deleted'`,
    `update resource_actions set risk_level = 'extreme'`,
    `update resource_mappings set storage_kind = 'elsewhere'`,
    `update permissions set scope = 'world'`,
    `update permissions set scope = 'global'`,
    `update spaces set metadata = '[]'`,
    `update spaces set metadata = 'null'`,
    `update spaces set slug = ''`,
    `update spaces set version = 0`,
    `update member_roles set status = 'revoked'`,
    `update groups set path = 'Finance' where id = 'group_a'`,
    `insert into users (id, email) values ('', 'three@example.com')`,
    `insert into admin_grants (id, user_id, level, permission_key) values ('ag', 'user_1', 'instance_admin', 'Users:read')`,
    `insert into admin_grants (id, user_id, level, permission_key) values ('ag', 'user_1', 'instance_admin', '*:read')`,
    `insert into admin_grants (id, user_id, level, space_id, permission_key) values ('ag', 'user_1', 'instance_admin', 'space_a', '*')`,
    `insert into admin_grants (id, user_id, level, permission_key) values ('ag', 'user_1', 'space_admin', '*')`,
    `insert into admin_grants (id, user_id, level, space_id, permission_key) values ('ag', 'user_1', 'group_admin', 'space_a', '*')`,
    `insert into api_keys (id, name, key_prefix, key_hash, level, permission_keys) values ('ak', 'K', 'k', '${HASH}', 'instance', '{}')`,
    `insert into api_keys (id, name, key_prefix, key_hash, level, permission_keys) values ('ak', 'K', 'k', '${HASH}', 'space', '{*}')`,
  ];
  for (const statement of cases)
    assert.match((await attempt(statement)).code ?? '', /^235(14|03)$/, statement);
});

test('an upper-case id is another id, and order is by code point', async () => {
  await client.query(`insert into spaces (id, name) values ('SPACE_A', 'upper'), ('_x', 'low line')`);
  const { rows } = await client.query<{ id: string }>('select id from spaces order by id');
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['SPACE_A', '_x', 'space_a', 'space_b'],
  );
});

test('an instance has one value of a plugin setting, and so has a Space', async () => {
  await client.query(
    `insert into plugins (id, key, name, plugin_version, manifest) values ('p', 'a.b', 'P', '1.0.0', '{}')`,
  );
  const value = (id: string, space: string): string =>
    `insert into plugin_settings_values (id, plugin_id, space_id, key, value) values ('${id}', 'p', ${space}, 'k', '1')`;
  await client.query(value('v1', 'null'));
  await client.query(value('v2', `'space_a'`));
  assert.equal((await attempt(value('v3', 'null'))).code, '23505');
  assert.equal((await attempt(value('v3', `'space_a'`))).code, '23505');
});

describe('the windows of a member role', () => {
  const hold = (id: string, from: string | null, until: string | null, more = ''): string => {
    const [notBefore, expiresAt] = [from, until].map((value) => (value === null ? 'null' : `'${value}'`));
    return `insert into member_roles (id, space_id, member_id, role_id, scope_anchor_group_id, not_before, expires_at)
      values ('${id}', 'space_a', 'member_a', 'role_a', ${more || 'null'}, ${notBefore}, ${expiresAt})`;
  };

  test('do not overlap at one anchor while they are active', async () => {
    await client.query(hold('mr_1', '2030-01-01', '2030-02-01'));
    for (const [from, until] of [
      ['2030-01-31', '2030-03-01'],
      [null, '2030-01-02'],
      ['2030-01-10', null],
      [null, null],
    ] as const) {
      assert.equal((await attempt(hold('mr_2', from, until))).constraint, 'member_roles_window_excl');
    }
  });

  test('may touch, since the end is not part of a window', async () => {
    await client.query(hold('mr_1', '2030-01-01', '2030-02-01'));
    await client.query(hold('mr_2', '2030-02-01', null));
    await client.query(hold('mr_3', null, '2030-01-01'));
    assert.equal(
      (await attempt(hold('mr_4', '2029-12-31T23:59:59.999Z', '2030-01-01T00:00:00.001Z'))).code,
      '23P01',
    );
  });

  test('at other anchors, and of revoked assignments, bar nothing', async () => {
    await client.query(hold('mr_1', null, null));
    await client.query(hold('mr_2', null, null, `'group_a_apac'`));
    await client.query(`update member_roles set status = 'revoked', revoked_at = now() where id = 'mr_1'`);
    await client.query(hold('mr_3', null, null));
  });

  test('end after they begin', async () => {
    for (const until of ['2030-01-01', '2029-12-31']) {
      assert.equal(
        (await attempt(hold('mr_1', '2030-01-01', until))).constraint,
        'member_roles_window_check',
      );
    }
  });
});

describe('a role holds a permission', () => {
  test('once, and again after the first was marked as deleted', async () => {
    const again = `insert into role_permissions (id, space_id, role_id, permission_id) values ('rp_2', 'space_a', 'role_a', 'perm_1')`;
    assert.equal((await attempt(again)).constraint, 'role_permissions_pair_key');
    await client.query(`update role_permissions set deleted_at = now() where id = 'rp_a'`);
    await client.query(again);
  });
});

describe('the tree of groups', () => {
  test("refuses a path that is not the parent's and one more segment, and a depth that does not fit", async () => {
    const insert = (path: string, depth: number, parent: string): string =>
      `insert into groups (id, space_id, parent_group_id, name, path, depth) values ('g', 'space_a', ${parent}, 'G', '${path}', ${depth})`;
    for (const statement of [
      insert('legal.emea', 1, `'group_a'`),
      insert('finance2.emea', 1, `'group_a'`),
      insert('finance.x.y', 2, `'group_a'`),
      insert('finance.emea', 2, `'group_a'`),
      insert('legal', 1, 'null'),
      insert('legal.emea', 1, 'null'),
      insert('legal', 0, `'group_a'`),
    ]) {
      assert.equal((await attempt(statement)).code, '23514', statement);
    }
    await client.query(insert('finance.emea', 1, `'group_a'`));
  });

  test('lets a subtree move row by row, and checks it at the end', async () => {
    await client.query(
      `insert into groups (id, space_id, name, path, depth) values ('legal', 'space_a', 'Legal', 'legal', 0)`,
    );
    await client.query(
      `update groups set parent_group_id = 'legal', path = 'legal.finance', depth = 1 where id = 'group_a'`,
    );
    await client.query('savepoint half');
    const half = await refusal(client, 'set constraints all immediate');
    await client.query('rollback to half');
    assert.equal(half.constraint, 'groups_path_check_parent');
    await client.query(`update groups set path = 'legal.finance.apac', depth = 2 where id = 'group_a_apac'`);
    await client.query('set constraints all immediate');
  });

  test('is searched by prefix from its unique index', async () => {
    await client.query(`insert into groups (id, space_id, name, path, depth)
      select 'many_' || n, 'space_a', 'Many', 'many_' || n, 0 from generate_series(1, 2000) as n`);
    await client.query('analyze groups');
    const { rows } = await client.query<Record<'QUERY PLAN', string>>(
      `explain (costs off) select id from groups where space_id = 'space_a' and path like 'finance.%'`,
    );
    assert.match(
      rows.map((row) => row['QUERY PLAN']).join('\n'),
      /groups_space_id_path_key[\s\S]*path >= 'finance\.'/,
    );
  });
});
