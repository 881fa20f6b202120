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

test('a Member is created, changed, disabled and restored, each recorded once in its Space', async () => {
  const params = { ...here, member_id: 'member_life' };
  const created = await identity.done('createMember', {
    params: here,
    body: { id: params.member_id, display_name: 'Finance' },
  });
  assert.deepEqual([created.data.member_type, created.data.status], ['human', 'active']);
  const body = { display_name: 'Senior Finance', member_type: 'service' };
  for (const _ of [1, 2]) await identity.done('updateMember', { params, body });
  for (const _ of [1, 2]) await identity.done('disableMember', { params });
  for (const _ of [1, 2]) await identity.done('restoreMember', { params });
  const { data, version } = await identity.done('getMember', { params });
  assert.deepEqual(
    [data.display_name, data.member_type, data.status, version],
    ['Senior Finance', 'service', 'active', 4],
  );
  const rows = await identity.recorded(params.member_id);
  assert.deepEqual(
    rows.map(({ action, space_id }) => [action, space_id]),
    ['member.created', 'member.updated', 'member.disabled', 'member.restored'].map((action) => [
      action,
      here.space_id,
    ]),
  );
});

test('a Member is out of sight from another Space, for every operation', async () => {
  await identity.done('createMember', {
    params: here,
    body: { id: 'member_hidden', display_name: 'Hidden' },
  });
  const params = { space_id: 'space_there', member_id: 'member_hidden' };
  for (const refusal of [
    await identity.refused('getMember', { params }),
    await identity.refused('updateMember', { params, body: { display_name: 'Taken over' } }),
    await identity.refused('disableMember', { params }),
    await identity.refused('restoreMember', { params }),
  ]) {
    assert.equal(refusal.code, 'MEMBER_NOT_FOUND');
  }
  const unknown = { space_id: 'space_nowhere', member_id: 'member_hidden' };
  assert.equal((await identity.refused('disableMember', { params: unknown })).code, 'SPACE_NOT_FOUND');
  const { data } = await identity.done('getMemberByID', { params: { member_id: 'member_hidden' } });
  assert.deepEqual([data.display_name, data.status], ['Hidden', 'active']);
  const there = holding('members:read', { level: 'space', spaceId: 'space_there' });
  await assert.rejects(
    identity.done('getMemberByID', { params: { member_id: 'member_hidden' } }, there),
    (error) => error instanceof ApiError && error.code === 'MEMBER_NOT_FOUND',
  );
});

test('a chosen id is taken once, also from another Space, and an unknown Space takes nobody', async () => {
  const body = { id: 'member_taken', display_name: 'Taken' };
  await identity.done('createMember', { params: here, body });
  const again = await identity.refused('createMember', { params: { space_id: 'space_there' }, body });
  assert.deepEqual([again.code, again.details], ['MEMBER_CREATE_FAILED', { field: 'id' }]);
  const nowhere = { params: { space_id: 'space_nowhere' }, body: { display_name: 'x' } };
  assert.equal((await identity.refused('createMember', nowhere)).code, 'SPACE_NOT_FOUND');
  assert.equal((await identity.refused('listMembers', { params: nowhere.params })).code, 'SPACE_NOT_FOUND');
});

test('the list goes by name, then id, within the Space and the filters', async () => {
  const params = { space_id: 'space_listed' };
  await identity.done('createSpace', { body: { id: params.space_id, name: 'Listed' } });
  for (const [id, display_name] of [
    ['member_c', 'B'],
    ['member_b', 'B'],
    ['member_d', 'A'],
  ] as const) {
    await identity.done('createMember', { params, body: { id, display_name } });
  }
  const robot = { id: 'member_a', display_name: 'C', member_type: 'robot', status: 'disabled' } as const;
  await identity.done('createMember', { params, body: robot });
  const first = await identity.done('listMembers', { params, page: { limit: 2, after: null } });
  const rest = await identity.done('listMembers', { params, page: { limit: 2, after: first.next } });
  assert.deepEqual(
    [...first.data, ...rest.data].map(({ id }) => id),
    ['member_d', 'member_b', 'member_c', 'member_a'],
  );
  const filters = { ...params, status: 'disabled', member_type: 'robot' } as const;
  const robots = await identity.done('listMembers', { params: filters });
  assert.deepEqual(
    robots.data.map(({ id }) => id),
    ['member_a'],
  );
});
