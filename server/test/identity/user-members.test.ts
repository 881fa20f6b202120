import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Identity, openIdentity } from './identity-fixture.ts';

const here = { space_id: 'space_here' };
const ends = { user_id: 'user_alice', member_id: 'member_here' };
let identity: Identity;

before(async () => {
  identity = await openIdentity();
  for (const space of ['here', 'there']) {
    const params = { space_id: `space_${space}` };
    await identity.done('createSpace', { body: { id: params.space_id, name: space } });
    const member = { id: `member_${space}`, display_name: `Member ${space}` };
    await identity.done('createMember', { params, body: member });
  }
  for (const name of ['alice', 'bob']) {
    await identity.done('createUser', { body: { id: `user_${name}`, email: `${name}@example.com` } });
  }
});
after(() => identity.close());

test('a binding shows what its two ends are called, and is recorded without the address', async () => {
  const body = { ...ends, id: 'um_shown', relation_type: 'delegate', linked_by_member_id: 'member_here' };
  const { data, status } = await identity.done('createUserMember', { params: here, body });
  assert.equal(status, 201);
  assert.deepEqual(
    [data.email, data.member_display_name, data.status, data.is_primary, data.expires_at, data.revoked_at],
    ['alice@example.com', 'Member here', 'active', false, null, null],
  );
  assert.equal(data.linked_at, data.created_at);
  const params = { ...here, user_member_id: 'um_shown' };
  assert.deepEqual((await identity.done('getUserMember', { params })).data, data);
  const byId = await identity.done('getUserMemberByID', { params: { user_member_id: 'um_shown' } });
  assert.deepEqual(byId.data, data);
  const [row] = await identity.recorded('um_shown');
  assert.deepEqual([row?.action, row?.space_id], ['user_member.created', here.space_id]);
  assert.deepEqual(row?.trace.after, { ...data, email: null });
});

test('both ends have to exist, the Member in the same Space, and so has the one that made the binding', async () => {
  const bind = async (over: object) =>
    (
      await identity.refused('createUserMember', {
        params: here,
        body: { ...ends, relation_type: 'self', ...over },
      })
    ).code;
  assert.equal(await bind({ user_id: 'user_nobody' }), 'USER_NOT_FOUND');
  assert.equal(await bind({ member_id: 'member_there' }), 'MEMBER_NOT_FOUND');
  assert.equal(await bind({ linked_by_member_id: 'member_there' }), 'MEMBER_NOT_FOUND');
  const nowhere = { params: { space_id: 'space_nowhere' }, body: { ...ends, relation_type: 'self' } };
  assert.equal((await identity.refused('createUserMember', nowhere)).code, 'SPACE_NOT_FOUND');
  const taken = { params: here, body: { ...ends, id: 'um_taken', relation_type: 'self' } };
  await identity.done('createUserMember', taken);
  const again = await identity.refused('createUserMember', taken);
  assert.deepEqual([again.code, again.details], ['USER_MEMBER_CREATE_FAILED', { field: 'id' }]);
});

test('an end in the past is accepted, more digits than milliseconds are cut off, null takes the end away', async () => {
  const body = {
    ...ends,
    id: 'um_ended',
    relation_type: 'temporary',
    expires_at: '2020-01-01T00:00:00.9999999Z',
  };
  const { data } = await identity.done('createUserMember', { params: here, body });
  assert.equal(data.expires_at, '2020-01-01T00:00:00.999Z');
  const params = { ...here, user_member_id: 'um_ended' };
  const later = { expires_at: '2050-01-01T01:00:00+01:00', linked_at: '2019-05-06T08:00:00Z' };
  const moved = await identity.done('updateUserMember', { params, body: later });
  assert.equal(moved.data.expires_at, '2050-01-01T00:00:00.000Z');
  assert.equal(moved.data.linked_at, '2019-05-06T08:00:00.000Z');
  const open = await identity.done('updateUserMember', { params, body: { expires_at: null } });
  assert.equal(open.data.expires_at, null);
  const leap = await identity.refused('updateUserMember', {
    params,
    body: { expires_at: '2016-12-31T23:59:60Z' },
  });
  assert.equal(leap.code, 'VALIDATION_FAILED');
});

test('a primary binding leaves the other bindings of its User as they are', async () => {
  const primary = { ...ends, relation_type: 'login', is_primary: true };
  const first = await identity.done('createUserMember', {
    params: here,
    body: { ...primary, id: 'um_first' },
  });
  await identity.done('createUserMember', { params: here, body: { ...primary, id: 'um_second' } });
  const params = { ...here, user_member_id: 'um_first' };
  assert.deepEqual((await identity.done('getUserMember', { params })).data, first.data);
});

test('a revoked binding stays as it was revoked first, and cannot be changed any more', async () => {
  const params = { ...here, user_member_id: 'um_revoked' };
  const body = { ...ends, id: params.user_member_id, relation_type: 'login' };
  await identity.done('createUserMember', { params: here, body });
  const first = await identity.done('revokeUserMember', { params, body: { revoked_reason: 'Over.' } });
  assert.deepEqual([first.data.status, first.data.revoked_reason], ['revoked', 'Over.']);
  assert.ok(first.data.revoked_at);
  const again = await identity.done('revokeUserMember', { params, body: { revoked_reason: 'Another.' } });
  assert.deepEqual([again.data, again.version], [first.data, first.version]);
  assert.deepEqual((await identity.done('revokeUserMember', { params })).data, first.data);
  const changed = await identity.refused('updateUserMember', { params, body: { expires_at: null } });
  assert.deepEqual([changed.code, changed.details], ['USER_MEMBER_UPDATE_FAILED', { field: null }]);
  assert.deepEqual(
    (await identity.recorded(params.user_member_id)).map(({ action }) => action),
    ['user_member.created', 'user_member.revoked'],
  );
});

test('a binding is out of reach from another Space', async () => {
  const body = { ...ends, id: 'um_hidden', relation_type: 'login' };
  await identity.done('createUserMember', { params: here, body });
  const params = { space_id: 'space_there', user_member_id: 'um_hidden' };
  for (const refusal of [
    await identity.refused('getUserMember', { params }),
    await identity.refused('updateUserMember', { params, body: { is_primary: true } }),
    await identity.refused('revokeUserMember', { params }),
  ]) {
    assert.equal(refusal.code, 'USER_MEMBER_NOT_FOUND');
  }
  const { data } = await identity.done('getUserMemberByID', { params: { user_member_id: 'um_hidden' } });
  assert.equal(data.status, 'active');
});

test('the list goes by id, shows revoked ones, too, and knows its filters', async () => {
  const params = { space_id: 'space_there' };
  for (const [id, user_id, relation_type] of [
    ['um_3', 'user_alice', 'login'],
    ['um_1', 'user_bob', 'login'],
    ['um_2', 'user_alice', 'delegate'],
  ] as const) {
    const body = { id, user_id, member_id: 'member_there', relation_type };
    await identity.done('createUserMember', { params, body });
  }
  await identity.done('revokeUserMember', { params: { ...params, user_member_id: 'um_2' } });
  const ids = async (filters: object) =>
    (await identity.done('listUserMembers', { params: { ...params, ...filters } })).data.map(({ id }) => id);
  assert.deepEqual(await ids({}), ['um_1', 'um_2', 'um_3']);
  assert.deepEqual(await ids({ user_id: 'user_alice' }), ['um_2', 'um_3']);
  assert.deepEqual(await ids({ status: 'active', member_id: 'member_there' }), ['um_1', 'um_3']);
  assert.deepEqual(await ids({ relation_type: 'delegate' }), ['um_2']);
  assert.deepEqual(await ids({ member_id: 'member_here' }), []);
  const first = await identity.done('listUserMembers', { params, page: { limit: 2, after: null } });
  const rest = await identity.done('listUserMembers', { params, page: { limit: 2, after: first.next } });
  assert.deepEqual(
    rest.data.map(({ id, email }) => [id, email]),
    [['um_3', 'alice@example.com']],
  );
  const nowhere = { params: { space_id: 'space_nowhere' } };
  assert.equal((await identity.refused('listUserMembers', nowhere)).code, 'SPACE_NOT_FOUND');
});
