import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { openRolesWorld, type RolesWorld } from './roles-world.ts';

let world: RolesWorld;
before(async () => {
  world = await openRolesWorld();
});
after(() => world.close());

const inSpace = (role_id: string, space_id = 'space_a') => ({ space_id, role_id });

test('a Role is named after its key unless it is given a name', async () => {
  const { roles } = world;
  const params = { space_id: 'space_a' };
  const plain = await carriedOut(roles, 'createRole', { params, body: { key: 'auditor' } });
  assert.equal(plain.status, 201);
  assert.equal(plain.version, 1);
  assert.equal(plain.data.name, 'auditor');
  assert.equal(plain.data.description, null);
  assert.match(plain.data.id, /^role_[0-9a-f]{16}$/);
  const body = {
    id: 'role_named',
    key: 'named',
    name: 'Named',
    status: 'disabled',
    metadata: { a: 1 },
  } as const;
  const named = await carriedOut(roles, 'createRole', { params, body });
  assert.deepEqual(
    [named.data.name, named.data.status, named.data.metadata],
    ['Named', 'disabled', { a: 1 }],
  );
  const read = await carriedOut(roles, 'getRole', { params: inSpace('role_named') });
  assert.deepEqual(read.data, named.data);
  const [row] = await world.recorded('role_named');
  assert.deepEqual(row, { action: 'role.created', space_id: 'space_a', before: null, after: named.data });
});

test('a key is taken once in a Space, an id once anywhere', async () => {
  const { roles } = world;
  const create = (space_id: string, body: { id?: string; key: string }) =>
    callCore(roles, 'createRole', { params: { space_id }, body });
  await create('space_a', { id: 'role_taken', key: 'taken' });
  assert.deepEqual(await create('space_a', { key: 'taken' }).then(told), [
    'ROLE_CREATE_FAILED',
    { field: 'key' },
  ]);
  assert.deepEqual(await create('space_b', { id: 'role_taken', key: 'other' }).then(told), [
    'ROLE_CREATE_FAILED',
    { field: 'id' },
  ]);
  assert.deepEqual(await create('space_b', { key: 'taken' }).then(told), [undefined, undefined]);
  assert.deepEqual(await create('space_x', { key: 'taken' }).then(told), ['SPACE_NOT_FOUND', null]);
});

test('a Role of another Space is not found, a Space that is not there is told', async () => {
  const { roles } = world;
  assert.equal(await refusedWith(roles, 'getRole', { params: inSpace('role_b') }), 'ROLE_NOT_FOUND');
  assert.equal(await refusedWith(roles, 'getRole', { params: inSpace('role_b', 'none') }), 'SPACE_NOT_FOUND');
  assert.equal(await refusedWith(roles, 'disableRole', { params: inSpace('role_b') }), 'ROLE_NOT_FOUND');
  const body = { name: 'Mine' };
  assert.equal(await refusedWith(roles, 'updateRole', { params: inSpace('role_b'), body }), 'ROLE_NOT_FOUND');
  assert.equal(await refusedWith(roles, 'restoreRole', { params: inSpace('r', 'none') }), 'SPACE_NOT_FOUND');
  assert.equal(
    (await carriedOut(roles, 'getRoleByID', { params: { role_id: 'role_b' } })).data.space_id,
    'space_b',
  );
  assert.equal(await refusedWith(roles, 'getRoleByID', { params: { role_id: 'none' } }), 'ROLE_NOT_FOUND');
  assert.deepEqual(await world.actions('role_b'), []);
});

test('a change keeps what it leaves out, clears what is null, and records before and after', async () => {
  const { roles } = world;
  const created = { id: 'role_change', key: 'change', description: 'Old', metadata: { a: 1 } };
  const made = await carriedOut(roles, 'createRole', { params: { space_id: 'space_a' }, body: created });
  const params = inSpace('role_change');
  const named = await carriedOut(roles, 'updateRole', { params, body: { name: 'New' } });
  assert.deepEqual([named.data.name, named.data.description, named.version], ['New', 'Old', 2]);
  const cleared = await carriedOut(roles, 'updateRole', {
    params,
    body: { description: null },
    ifVersion: 2,
  });
  assert.deepEqual([cleared.data.description, cleared.data.metadata, cleared.version], [null, { a: 1 }, 3]);
  const stale = { params, body: { name: 'Stale' }, ifVersion: 2 };
  assert.equal(await refusedWith(roles, 'updateRole', stale), 'PRECONDITION_FAILED');
  assert.deepEqual((await carriedOut(roles, 'getRole', { params })).data, cleared.data);
  const updated = (await world.recorded('role_change')).filter(({ action }) => action === 'role.updated');
  assert.deepEqual(
    updated.map((row) => [row.before, row.after]),
    [
      [made.data, named.data],
      [named.data, cleared.data],
    ],
  );
});

test('disabling and restoring are recorded once, however often they are repeated', async () => {
  const { roles } = world;
  const params = inSpace('role_viewer');
  await world.moves(['space_a'], () => carriedOut(roles, 'disableRole', { params }));
  await world.moves([], () => carriedOut(roles, 'disableRole', { params }));
  assert.equal((await carriedOut(roles, 'getRole', { params })).data.status, 'disabled');
  await carriedOut(roles, 'restoreRole', { params });
  const again = await carriedOut(roles, 'restoreRole', { params });
  assert.deepEqual([again.data.status, again.version], ['active', 3]);
  assert.deepEqual(await world.actions('role_viewer'), ['role.disabled', 'role.restored']);
});

test('the list has the Roles of one Space in the order of their keys, page by page', async () => {
  const { roles } = world;
  await world.database.pool.query(`insert into spaces (id, name) values ('space_list', 'L')`);
  const params = { space_id: 'space_list' };
  for (const key of ['b', 'Z', 'a', 'c']) {
    const status = key === 'a' ? ('disabled' as const) : ('active' as const);
    await carriedOut(roles, 'createRole', { params, body: { key, status } });
  }
  const first = await carriedOut(roles, 'listRoles', { params, page: { limit: 2, after: null } });
  assert.deepEqual(
    first.data.map(({ key }) => key),
    ['Z', 'a'],
  );
  const second = await carriedOut(roles, 'listRoles', { params, page: { limit: 2, after: first.next } });
  assert.deepEqual([second.data.map(({ key }) => key), second.next], [['b', 'c'], null]);
  const active = await carriedOut(roles, 'listRoles', { params: { ...params, status: 'active' } });
  assert.deepEqual(
    active.data.map(({ key }) => key),
    ['Z', 'b', 'c'],
  );
  assert.equal(await refusedWith(roles, 'listRoles', { params: { space_id: 'none' } }), 'SPACE_NOT_FOUND');
});

function told(reply: object) {
  const { code, details } = reply as { code?: string; details?: unknown };
  return [code, details];
}
