import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Principal } from '../../src/contract/ports.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { holding } from './guarded-call.ts';
import { type Identity, openIdentity } from './identity-fixture.ts';

const instance: Reach = { level: 'instance' };
const space: Reach = { level: 'space', spaceId: 'space_a' };
const password = 'seven quiet lanterns over water';
const end = new Date('2099-01-01T00:00:00.000Z');
let identity: Identity;

before(async () => {
  identity = await openIdentity();
  await identity.done('createSpace', { body: { id: 'space_a', name: 'A' } });
  await identity.done('createMember', {
    params: { space_id: 'space_a' },
    body: { id: 'member_a', display_name: 'Ann' },
  });
  for (const id of ['plain', 'space', 'inst', 'root', 'keeper', 'stranger']) {
    await identity.done('createUser', { body: { id: `user_${id}`, email: `${id}@example.com` } });
  }
  await identity.query(`insert into admin_grants (id, user_id, level, space_id, permission_key) values
    ('ag_space', 'user_space', 'space_admin', 'space_a', 'members:manage'),
    ('ag_inst', 'user_inst', 'instance_admin', null, 'audit:read'),
    ('ag_root', 'user_root', 'instance_super_admin', null, '*'),
    ('ag_keeper', 'user_keeper', 'instance_super_admin', null, '*')`);
});
after(() => identity.close());

const manager = holding('users:manage', instance);
/** The manager with one more right. */
function managerWith(key: string, reach: Reach, right: object = {}): Principal {
  const [more] = holding(key, reach).rights;
  assert.ok(more);
  return { ...manager, rights: [...manager.rights, { ...more, superAdmin: false, ...right }] };
}

/** What comes of each change of how a User logs in, or whether it may. */
async function outcomes(user_id: string, principal: Principal): Promise<string[]> {
  const params = { user_id };
  const sent = [
    () => identity.refused('updateUser', { params, body: { password } }, principal),
    () => identity.refused('updateUser', { params, body: { email: `${user_id}@new.example` } }, principal),
    () => identity.refused('disableUser', { params }, principal),
    () => identity.refused('restoreUser', { params }, principal),
  ];
  const told: string[] = [];
  for (const send of sent) {
    const { code, details } = await send();
    assert.equal(code, 'ADMIN_PERMISSION_REQUIRED');
    told.push((details as { permission: string }).permission);
  }
  return told;
}

test('the login of a User with admin grants is for callers that hold them', async () => {
  const lost = 'members:manage';
  assert.deepEqual(await outcomes('user_space', manager), [lost, lost, lost, lost]);
  const elsewhere = managerWith(lost, { level: 'space', spaceId: 'space_b' });
  assert.deepEqual(await outcomes('user_space', elsewhere), [lost, lost, lost, lost]);
  const everything = managerWith('*', instance);
  for (const user of ['user_inst', 'user_root']) {
    assert.deepEqual(await outcomes(user, everything), ['*', '*', '*', '*'], 'super admins only');
  }
  const params = { user_id: 'user_space' };
  const above = managerWith(lost, space);
  await identity.done('updateUser', { params, body: { password, email: 'space@new.example' } }, above);
  await identity.done('disableUser', { params }, above);
  assert.deepEqual(
    await outcomes('user_space', manager),
    [lost, lost, lost, lost],
    'while it is disabled, too',
  );
  await identity.done('restoreUser', { params }, above);
  for (const user of ['user_inst', 'user_root']) {
    await identity.done('updateUser', { params: { user_id: user }, body: { password } });
  }
});

test('who may act as a User has to hold its rights for as long and as widely', async () => {
  const params = { user_id: 'user_space' };
  for (const right of [{ expiresAt: end }, { memberId: 'member_a' }]) {
    const caller = managerWith('members:manage', space, right);
    const refusal = await identity.refused('updateUser', { params, body: { password } }, caller);
    assert.equal(refusal.code, 'ADMIN_PERMISSION_REQUIRED');
    await identity.done('disableUser', { params }, caller);
    await identity.done('restoreUser', { params }, caller);
  }
});

test('a User without admin grants, and fields that nobody logs in with, are for users:manage', async () => {
  const params = { user_id: 'user_plain' };
  await identity.done('updateUser', { params, body: { password, email: 'plain@new.example' } }, manager);
  await identity.done('disableUser', { params }, manager);
  await identity.done('restoreUser', { params }, manager);
  const body = { username: 'root', email: 'ROOT@example.com' };
  await identity.done('updateUser', { params: { user_id: 'user_root' }, body }, manager);
});

test('a grant that has ended or was revoked protects nobody', async () => {
  const params = { user_id: 'user_stranger' };
  await identity.query(`insert into admin_grants (id, user_id, level, permission_key, status, revoked_at, expires_at)
    values ('ag_was', 'user_stranger', 'instance_super_admin', '*', 'revoked', now(), null),
      ('ag_over', 'user_stranger', 'instance_super_admin', '*', 'active', null, now() - interval '1 day')`);
  await identity.done('updateUser', { params, body: { password } }, manager);
});

test('a Space admin that binds a stranger learns no address and does not make the binding primary', async () => {
  const params = { space_id: 'space_a' };
  const admin = holding('user_members:manage', space);
  const body = { id: 'um_s', user_id: 'user_stranger', member_id: 'member_a', relation_type: 'login' };
  const primary = { is_primary: true };
  const refusal = await identity.refused(
    'createUserMember',
    { params, body: { ...body, ...primary } },
    admin,
  );
  assert.deepEqual(
    [refusal.code, refusal.details],
    ['ADMIN_PERMISSION_REQUIRED', { permission: 'user_members:manage' }],
  );
  const { data } = await identity.done('createUserMember', { params, body }, admin);
  assert.equal(data.email, null);
  const one = { params: { ...params, user_member_id: 'um_s' } };
  const changed = { ...one, body: primary };
  assert.equal(
    (await identity.refused('updateUserMember', changed, admin)).code,
    'ADMIN_PERMISSION_REQUIRED',
  );
  assert.equal((await identity.done('getUserMember', one, admin)).data.email, null);
  assert.equal((await identity.done('listUserMembers', { params }, admin)).data[0]?.email, null);
  const self: Principal = { ...(admin as Extract<Principal, { kind: 'session' }>), userId: 'user_stranger' };
  assert.equal((await identity.done('getUserMember', one, self)).data.email, 'stranger@example.com');
  assert.equal((await identity.done('updateUserMember', changed)).data.is_primary, true);
  await identity.done('updateUserMember', changed, admin);
  const demoted = await identity.done('updateUserMember', { ...one, body: { is_primary: false } }, admin);
  assert.equal(demoted.data.is_primary, false);
  for (const { trace } of await identity.recorded('um_s')) {
    assert.ok(!JSON.stringify(trace).includes('stranger@example.com'));
  }
});
