import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { refuseTaken } from '../../src/contract/refusal.ts';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { openRolesWorld, pageByPage, type RolesWorld } from './roles-world.ts';

let world: RolesWorld;
before(async () => {
  world = await openRolesWorld();
});
after(() => world.close());

const inA = { space_id: 'space_a' };
const pair = { role_id: 'role_approver', permission_id: 'perm_tree' };

test('a pair shows the key of the Role and the triple of the Permission, and moves the Space alone', async () => {
  const { spaceRolePermissions, rolePermissions } = world;
  const body = { id: 'rp_first', ...pair, metadata: { why: 'audit' } };
  await world.moves(['space_a'], () =>
    carriedOut(spaceRolePermissions, 'createSpaceRolePermission', { params: inA, body }),
  );
  const params = { ...inA, role_permission_id: 'rp_first' };
  const { data, version } = await carriedOut(spaceRolePermissions, 'getSpaceRolePermission', { params });
  const { role_key, space_id, resource, action, scope, deleted_at, metadata } = data;
  assert.deepEqual(
    { role_key, space_id, resource, action, scope, deleted_at, metadata, version },
    {
      role_key: 'approver',
      space_id: 'space_a',
      resource: 'invoice',
      action: 'approve',
      scope: 'group_tree',
      deleted_at: null,
      metadata: { why: 'audit' },
      version: 1,
    },
  );
  const found = await carriedOut(rolePermissions, 'getRolePermission', {
    params: { role_permission_id: 'rp_first' },
  });
  assert.deepEqual(found.data, data);
  const [row] = await world.recorded('rp_first');
  assert.deepEqual(row, {
    action: 'role_permission.created',
    space_id: 'space_a',
    before: null,
    after: data,
  });
});

test('a Role holds a Permission once until it is removed; joined again it is a new row', async () => {
  const { spaceRolePermissions: handlers } = world;
  const create = (body: { id?: string; role_id: string; permission_id: string }) =>
    callCore(handlers, 'createSpaceRolePermission', { params: inA, body });
  const again = { role_id: 'role_viewer', permission_id: 'perm_self' };
  await create({ id: 'rp_old', ...again });
  assert.deepEqual(await create(again), failed(null));
  const params = { ...inA, role_permission_id: 'rp_old' };
  const removed = await carriedOut(handlers, 'deleteSpaceRolePermission', { params, ifVersion: 1 });
  assert.notEqual(removed.data.deleted_at, null);
  assert.equal(removed.version, 2);
  assert.equal(
    await refusedWith(handlers, 'getSpaceRolePermission', { params }),
    'ROLE_PERMISSION_NOT_FOUND',
  );
  assert.deepEqual(await create({ id: 'rp_old', ...again }), failed('id'));
  const joined = await carriedOut(handlers, 'createSpaceRolePermission', {
    params: inA,
    body: { id: 'rp_new', ...again },
  });
  assert.deepEqual([joined.data.deleted_at, joined.version], [null, 1]);
  const listed = { params: { ...inA, role_id: 'role_viewer' } };
  const list = await carriedOut(handlers, 'listSpaceRolePermissions', listed);
  assert.deepEqual(
    list.data.map(({ id }) => id),
    ['rp_new'],
  );
});

test('removing again changes nothing, not even the instant, and is not recorded', async () => {
  const { rolePermissions } = world;
  const body = { id: 'rp_gone', role_id: 'role_b', permission_id: 'perm_space' };
  const params = { role_permission_id: 'rp_gone' };
  const created = await carriedOut(rolePermissions, 'createRolePermission', { body });
  assert.equal(created.data.space_id, 'space_b');
  let removed: Awaited<ReturnType<typeof remove>> | undefined;
  const remove = () => carriedOut(rolePermissions, 'deleteRolePermission', { params });
  await world.moves(['space_b'], async () => {
    removed = await remove();
  });
  await world.moves([], async () => assert.deepEqual(await remove(), removed));
  const [, row] = await world.recorded('rp_gone');
  assert.deepEqual(row, {
    action: 'role_permission.revoked',
    space_id: 'space_b',
    before: created.data,
    after: removed?.data,
  });
  assert.equal((await world.actions('rp_gone')).length, 2);
});

test('the routes of a Space know no Role and no pair of another Space', async () => {
  const { spaceRolePermissions: handlers, rolePermissions } = world;
  const create = (space_id: string, role_id: string, permission_id = 'perm_tree') =>
    refusedWith(handlers, 'createSpaceRolePermission', {
      params: { space_id },
      body: { role_id, permission_id },
    });
  assert.equal(await create('space_a', 'role_b'), 'ROLE_NOT_FOUND');
  assert.equal(await create('none', 'role_b'), 'SPACE_NOT_FOUND');
  assert.equal(await create('space_b', 'role_b', 'none'), 'PERMISSION_NOT_FOUND');
  const body = { id: 'rp_b', role_id: 'role_b', permission_id: 'perm_tree' };
  await carriedOut(rolePermissions, 'createRolePermission', { body });
  const foreign = { params: { ...inA, role_permission_id: 'rp_b' } };
  assert.equal(await refusedWith(handlers, 'getSpaceRolePermission', foreign), 'ROLE_PERMISSION_NOT_FOUND');
  assert.equal(
    await refusedWith(handlers, 'deleteSpaceRolePermission', foreign),
    'ROLE_PERMISSION_NOT_FOUND',
  );
  const nowhere = { params: { space_id: 'none', role_permission_id: 'rp_b' } };
  assert.equal(await refusedWith(handlers, 'getSpaceRolePermission', nowhere), 'SPACE_NOT_FOUND');
  assert.equal(await refusedWith(handlers, 'deleteSpaceRolePermission', nowhere), 'SPACE_NOT_FOUND');
  const list = await carriedOut(handlers, 'listSpaceRolePermissions', { params: inA });
  assert.ok(list.data.every(({ space_id }) => space_id === 'space_a'));
  const listed = { params: { space_id: 'none' } };
  assert.equal(await refusedWith(handlers, 'listSpaceRolePermissions', listed), 'SPACE_NOT_FOUND');
  const still = await carriedOut(rolePermissions, 'getRolePermission', {
    params: { role_permission_id: 'rp_b' },
  });
  assert.equal(still.data.deleted_at, null);
});

test('across the instance, unknown Roles, Permissions and pairs are told apart', async () => {
  const { rolePermissions: handlers } = world;
  const create = (role_id: string, permission_id: string) =>
    refusedWith(handlers, 'createRolePermission', { body: { role_id, permission_id } });
  assert.equal(await create('none', 'perm_tree'), 'ROLE_NOT_FOUND');
  assert.equal(await create('role_b', 'none'), 'PERMISSION_NOT_FOUND');
  const params = { role_permission_id: 'none' };
  assert.equal(await refusedWith(handlers, 'getRolePermission', { params }), 'ROLE_PERMISSION_NOT_FOUND');
  assert.equal(await refusedWith(handlers, 'deleteRolePermission', { params }), 'ROLE_PERMISSION_NOT_FOUND');
});

test('the list of the instance has all Spaces in the order of the ids, page by page, by Role and Permission', async () => {
  const { rolePermissions: handlers, database } = world;
  await database.pool.query(`
    insert into permissions (id, resource, action, scope) select 'perm_p' || n, 'p' || n, 'read', 'space'
      from generate_series(1, 5) n;
    insert into role_permissions (id, space_id, role_id, permission_id)
      select 'rpl_' || n || r.id, r.space_id, r.id, 'perm_p' || n
      from generate_series(1, 5) n cross join roles r where r.id in ('role_approver', 'role_b')`);
  const whole = await carriedOut(handlers, 'listRolePermissions', {});
  assert.deepEqual(new Set(whole.data.map(({ space_id }) => space_id)), new Set(['space_a', 'space_b']));
  const entries = await pageByPage(3, (page) => carriedOut(handlers, 'listRolePermissions', { page }));
  const ids = entries.map(({ id }) => id);
  assert.deepEqual(
    ids,
    whole.data.map(({ id }) => id),
  );
  assert.deepEqual(ids, [...ids].sort());
  const params = { role_id: 'role_b', permission_id: 'perm_p3' };
  const one = await carriedOut(handlers, 'listRolePermissions', { params });
  assert.deepEqual(
    one.data.map(({ id }) => id),
    ['rpl_3role_b'],
  );
});

function failed(field: string | null) {
  return refuseTaken('ROLE_PERMISSION_CREATE_FAILED', field);
}
