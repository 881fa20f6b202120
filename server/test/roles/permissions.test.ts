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

const of = (permission_id: string) => ({ permission_id });

test('a Permission belongs to the instance, and may name a type that nobody has registered', async () => {
  const { permissions } = world;
  const body = { id: 'perm_new', resource: 'ghost', action: 'haunt', scope: 'space' } as const;
  await world.moves(['*'], async () => {
    const created = await carriedOut(permissions, 'createPermission', { body });
    assert.deepEqual([created.status, created.data.status, created.version], [201, 'active', 1]);
    const [row] = await world.recorded('perm_new');
    assert.deepEqual(row, {
      action: 'permission.created',
      space_id: null,
      before: null,
      after: created.data,
    });
  });
  const read = await carriedOut(permissions, 'getPermission', { params: of('perm_new') });
  assert.deepEqual([read.data.resource, read.data.action, read.data.scope], ['ghost', 'haunt', 'space']);
  assert.equal(
    await refusedWith(permissions, 'getPermission', { params: of('none') }),
    'PERMISSION_NOT_FOUND',
  );
});

test('a triple and an id exist once', async () => {
  const { permissions } = world;
  const triple = { resource: 'invoice', action: 'approve', scope: 'group_tree' } as const;
  const twice = await callCore(permissions, 'createPermission', { body: triple });
  assert.deepEqual(twice, refuseTaken('PERMISSION_CREATE_FAILED', null));
  const id = await callCore(permissions, 'createPermission', {
    body: { ...triple, id: 'perm_tree', scope: 'group' },
  });
  assert.deepEqual(id, refuseTaken('PERMISSION_CREATE_FAILED', 'id'));
  const params = of('perm_self');
  const collides = await refusedWith(permissions, 'updatePermission', { params, body: { scope: 'space' } });
  assert.equal(collides, 'PERMISSION_UPDATE_FAILED');
  const read = await carriedOut(permissions, 'getPermission', { params });
  assert.deepEqual([read.data.scope, read.version], ['self', 1]);
});

test('a Permission of the scope global is disabled, whatever is asked', async () => {
  const { permissions } = world;
  const body = {
    id: 'perm_global',
    resource: 'invoice',
    action: 'read',
    scope: 'global',
    status: 'active',
  } as const;
  const created = await carriedOut(permissions, 'createPermission', { body });
  assert.equal(created.data.status, 'disabled');
  const params = of('perm_global');
  const restored = await carriedOut(permissions, 'restorePermission', { params });
  assert.deepEqual([restored.data.status, restored.version], ['disabled', 1]);
  await carriedOut(permissions, 'disablePermission', { params });
  assert.deepEqual(await world.actions('perm_global'), ['permission.created']);
});

test('changing the scope to global disables, and changing it back leaves it disabled', async () => {
  const { permissions } = world;
  const triple = { resource: 'turn', action: 'back', scope: 'group' } as const;
  const made = await carriedOut(permissions, 'createPermission', { body: { id: 'perm_turn', ...triple } });
  const params = of('perm_turn');
  const global = await carriedOut(permissions, 'updatePermission', { params, body: { scope: 'global' } });
  assert.deepEqual([global.data.scope, global.data.status, global.version], ['global', 'disabled', 2]);
  const back = await carriedOut(permissions, 'updatePermission', { params, body: { scope: 'group' } });
  assert.deepEqual([back.data.scope, back.data.status], ['group', 'disabled']);
  const restored = await carriedOut(permissions, 'restorePermission', { params });
  assert.equal(restored.data.status, 'active');
  const rows = (await world.recorded('perm_turn')).filter(({ action }) => action === 'permission.updated');
  assert.deepEqual(
    rows.map((row) => [row.before, row.after]),
    [
      [made.data, global.data],
      [global.data, back.data],
    ],
  );
});

test('disabling and restoring are recorded once, and hold to the version that the caller has seen', async () => {
  const { permissions } = world;
  const params = of('perm_space');
  const disabled = await carriedOut(permissions, 'disablePermission', { params, ifVersion: 1 });
  assert.deepEqual([disabled.data.status, disabled.version], ['disabled', 2]);
  await carriedOut(permissions, 'disablePermission', { params });
  assert.equal(
    await refusedWith(permissions, 'restorePermission', { params, ifVersion: 1 }),
    'PRECONDITION_FAILED',
  );
  await carriedOut(permissions, 'restorePermission', { params });
  await carriedOut(permissions, 'restorePermission', { params });
  assert.deepEqual(await world.actions('perm_space'), ['permission.disabled', 'permission.restored']);
  const missing = { params: of('none') };
  assert.equal(await refusedWith(permissions, 'disablePermission', missing), 'PERMISSION_NOT_FOUND');
  assert.equal(await refusedWith(permissions, 'restorePermission', missing), 'PERMISSION_NOT_FOUND');
  const body = { description: null };
  assert.equal(
    await refusedWith(permissions, 'updatePermission', { ...missing, body }),
    'PERMISSION_NOT_FOUND',
  );
});

test('the list is in the order of the triples, page by page, by each filter', async () => {
  const { permissions } = world;
  const scopes = ['self', 'group', 'space'] as const;
  for (const scope of scopes) {
    for (const action of ['write', 'read']) {
      await carriedOut(permissions, 'createPermission', { body: { resource: 'page', action, scope } });
    }
  }
  const params = { resource: 'page' };
  const entries = await pageByPage(4, (page) => carriedOut(permissions, 'listPermissions', { params, page }));
  const triples = entries.map(({ action, scope }) => `${action}:${scope}`);
  assert.deepEqual(triples, [
    'read:group',
    'read:self',
    'read:space',
    'write:group',
    'write:self',
    'write:space',
  ]);
  const narrowed = { ...params, action: 'read', scope: 'self', status: 'active' } as const;
  assert.equal((await carriedOut(permissions, 'listPermissions', { params: narrowed })).data.length, 1);
  const disabled = { ...params, status: 'disabled' } as const;
  assert.equal((await carriedOut(permissions, 'listPermissions', { params: disabled })).data.length, 0);
});
