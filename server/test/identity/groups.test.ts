import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError } from '../../src/contract/api-error.ts';
import { holding } from './guarded-call.ts';
import { type Identity, openIdentity } from './identity-fixture.ts';

const here = { space_id: 'space_here' };
let identity: Identity;

before(async () => {
  identity = await openIdentity();
  for (const id of [here.space_id, 'space_there']) {
    await identity.done('createSpace', { body: { id, name: id } });
  }
});
after(() => identity.close());

test('a Group takes the Group at the path above as its parent, and a name from its own segment', async () => {
  await identity.done('createGroup', { params: here, body: { id: 'group_top', path: 'top' } });
  const { data } = await identity.done('createGroup', {
    params: here,
    body: { path: 'top.accounts_payable' },
  });
  assert.deepEqual(
    [data.parent_group_id, data.depth, data.name, data.sort_order],
    ['group_top', 1, 'Accounts Payable', 1000],
  );
  const long = await identity.done('createGroup', { params: here, body: { path: `a${'b'.repeat(400)}` } });
  assert.equal(long.data.name.length, 200);
});

test('a path that does not continue its parent is refused, and so is one that is taken', async () => {
  const body = { path: 'elsewhere.sub', parent_group_id: 'group_top' };
  assert.equal((await identity.refused('createGroup', { params: here, body })).code, 'VALIDATION_FAILED');
  const orphan = { params: here, body: { path: 'missing.sub' } };
  assert.equal((await identity.refused('createGroup', orphan)).code, 'GROUP_NOT_FOUND');
  const foreign = {
    params: { space_id: 'space_there' },
    body: { path: 'top.sub', parent_group_id: 'group_top' },
  };
  assert.equal((await identity.refused('createGroup', foreign)).code, 'GROUP_NOT_FOUND');
  const taken = await identity.refused('createGroup', { params: here, body: { path: 'top' } });
  assert.deepEqual([taken.code, taken.details], ['GROUP_CREATE_FAILED', { field: 'path' }]);
});

test('the tree nests every Group under its parent, siblings by sort order, then path', async () => {
  const params = { space_id: 'space_tree' };
  await identity.done('createSpace', { body: { id: params.space_id, name: 'Tree' } });
  assert.deepEqual((await identity.done('getGroupTree', { params })).data, []);
  for (const [path, sort_order] of [
    ['b', 1000],
    ['a', 1000],
    ['z', 1],
    ['a.second', 2],
    ['a.first', 1],
    ['a.first.deep', 5],
    ['b.only', 0],
  ] as const) {
    await identity.done('createGroup', { params, body: { path, sort_order } });
  }
  type Node = { path: string; children: Node[] };
  const paths = (nodes: readonly Node[]): unknown[] =>
    nodes.map(({ path, children }) => (children.length === 0 ? path : [path, paths(children)]));
  const { data } = await identity.done('getGroupTree', { params });
  assert.deepEqual(paths(data as Node[]), [
    'z',
    ['a', [['a.first', ['a.first.deep']], 'a.second']],
    ['b', ['b.only']],
  ]);
  const nowhere = { params: { space_id: 'space_nowhere' } };
  assert.equal((await identity.refused('getGroupTree', nowhere)).code, 'SPACE_NOT_FOUND');
  const listed = await identity.done('listGroups', { params, page: { limit: 3, after: null } });
  assert.deepEqual(
    listed.data.map(({ path }) => path),
    ['a', 'a.first', 'a.first.deep'],
  );
});

test('a Group is changed, disabled and restored, each recorded once, however often it is asked for', async () => {
  const params = { ...here, group_id: 'group_verbs' };
  await identity.done('createGroup', { params: here, body: { id: params.group_id, path: 'verbs' } });
  const body = { name: 'Renamed', display_name: 'Shown', sort_order: -1, metadata: { a: 1 } };
  for (const _ of [1, 2]) await identity.done('updateGroup', { params, body });
  const cleared = await identity.done('updateGroup', { params, body: { display_name: null } });
  assert.deepEqual([cleared.data.name, cleared.data.display_name], ['Renamed', null]);
  for (const _ of [1, 2]) await identity.done('disableGroup', { params });
  for (const _ of [1, 2]) await identity.done('restoreGroup', { params });
  assert.deepEqual(
    (await identity.recorded(params.group_id)).map(({ action }) => action),
    ['group.created', 'group.updated', 'group.updated', 'group.disabled', 'group.restored'],
  );
  const stale = { params, body: { name: 'Lost' }, ifVersion: 1 };
  assert.equal((await identity.refused('updateGroup', stale)).code, 'PRECONDITION_FAILED');
});

test('a group admin changes what is in its Group, and finds nothing outside it', async () => {
  await identity.done('createGroup', { params: here, body: { id: 'group_in', path: 'in' } });
  await identity.done('createGroup', { params: here, body: { id: 'group_in_sub', path: 'in.sub' } });
  await identity.done('createGroup', { params: here, body: { id: 'group_in2', path: 'in2' } });
  const admin = holding('groups:manage', {
    level: 'group',
    spaceId: here.space_id,
    groupId: 'group_in',
    groupPath: 'in',
  });
  const change = (space_id: string, group_id: string) =>
    identity.done('updateGroup', { params: { space_id, group_id }, body: { name: 'Changed' } }, admin);
  assert.equal((await change(here.space_id, 'group_in_sub')).data.name, 'Changed');
  const notFound = (error: unknown) => error instanceof ApiError && error.code === 'GROUP_NOT_FOUND';
  await assert.rejects(change(here.space_id, 'group_in2'), notFound);
  await assert.rejects(
    change('space_there', 'group_in'),
    (error) => error instanceof ApiError && error.code === 'ADMIN_PERMISSION_REQUIRED',
  );
});
