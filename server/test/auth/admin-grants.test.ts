import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keepSuperAdmin, keepsASuperAdmin } from '../../src/core/admin/index.ts';
import { type AdminWorld, openAdminWorld } from './admin-world.ts';
import type { Sent } from './auth-world.ts';

let world: AdminWorld;
before(async () => {
  world = await openAdminWorld();
});
after(() => world.close());

type Body = NonNullable<Sent<'createAdminGrant'>['body']>;

const grant = (who: string, body: Partial<Body>) =>
  world.call('createAdminGrant', {
    credential: who.startsWith('ply_') ? who : world.as(who),
    body: { user_id: 'user_plain', level: 'space_admin', permission_key: 'groups:read', ...body },
  });
const outcome = async (who: string, body: Partial<Body>) => {
  const reply = await grant(who, body);
  if (!('code' in reply)) return 'made';
  const permission = (reply.details as { permission?: string } | null)?.permission;
  return permission === undefined ? reply.code : `${reply.code} ${permission}`;
};
const inA = { level: 'space_admin', space_id: 'space_a' } as const;

test('nobody grants more or further than it holds, and instance levels are for super admins', async () => {
  const no = 'ADMIN_PERMISSION_REQUIRED';
  const cases: [string, Partial<Body>, string][] = [
    ['plain', inA, `${no} admin_grants:manage`],
    ['space', { ...inA, permission_key: 'groups:manage' }, 'made'],
    ['space', { ...inA, permission_key: '*' }, `${no} *`],
    ['space', { ...inA, permission_key: 'members:*' }, `${no} members:*`],
    ['space', { ...inA, permission_key: 'audit:read' }, `${no} audit:read`],
    ['space', { level: 'space_admin', space_id: 'space_b' }, `${no} admin_grants:manage`],
    ['space', { level: 'instance_admin' }, `${no} admin_grants:manage`],
    ['inst', { level: 'instance_admin', permission_key: 'groups:read' }, `${no} *`],
    ['inst', { level: 'instance_super_admin', permission_key: '*' }, `${no} *`],
    ['inst', { ...inA, permission_key: 'groups:read' }, 'made'],
    ['group', { level: 'group_admin', group_id: 'group_ap' }, 'made'],
    ['group', { level: 'group_admin', group_id: 'group_fin2' }, `${no} admin_grants:manage`],
    ['group', inA, `${no} admin_grants:manage`],
    ['root', { level: 'instance_admin', permission_key: 'users:*' }, 'made'],
    ['root', { level: 'space_admin' }, 'VALIDATION_FAILED'],
    ['root', { level: 'instance_admin', space_id: 'space_a' }, 'VALIDATION_FAILED'],
    ['root', { ...inA, user_id: 'user_none' }, 'USER_NOT_FOUND'],
    ['root', { ...inA, member_id: 'member_b' }, 'MEMBER_NOT_FOUND'],
    ['root', { ...inA, member_id: 'member_a', id: 'ag_member' }, 'made'],
    ['root', { ...inA, id: 'ag_member' }, 'ADMIN_GRANT_CREATE_FAILED'],
    ['root', { ...inA, expires_at: '2020-01-01T00:00:00Z' }, 'VALIDATION_FAILED'],
    ['space', { ...inA, level: 'instance_super_admin' }, 'VALIDATION_FAILED'],
  ];
  for (const [who, body, expected] of cases) {
    assert.equal(await outcome(who, body), expected, `${who} ${JSON.stringify(body)}`);
  }
  const [row] = await world.rows(`select granted_by_user_id from admin_grants where id = 'ag_member'`);
  assert.notEqual(row?.['granted_by_user_id'], null);
});

test('revoking asks for the same, is final and may be repeated', async () => {
  const made = await grant('space', { ...inA, id: 'ag_gone' });
  assert.ok('data' in made);
  const params = { admin_grant_id: 'ag_gone' };
  const foreign = await world.refused('revokeAdminGrant', { credential: world.as('other'), params });
  assert.equal(foreign.code, 'ADMIN_GRANT_NOT_FOUND');
  const first = await world.done('revokeAdminGrant', { credential: world.as('space'), params });
  assert.equal(first.data.status, 'revoked');
  assert.deepEqual(
    (await world.done('revokeAdminGrant', { credential: world.as('space'), params })).data,
    first.data,
  );
  assert.equal(await world.recorded('admin_grant.revoked'), 1);
  const instance = await world.refused('revokeAdminGrant', {
    credential: world.as('inst'),
    params: { admin_grant_id: 'ag_0' },
  });
  assert.equal(instance.code, 'ADMIN_PERMISSION_REQUIRED');
});

test('lists show what is within reach', async () => {
  const list = async (who: string) =>
    (await world.done('listAdminGrants', { credential: world.as(who), page: { limit: 200, after: null } }))
      .data;
  const space = await list('space');
  assert.ok(space.length > 0 && space.every(({ space_id }) => space_id === 'space_a'));
  const group = await list('group');
  assert.ok(
    group.length > 0 && group.every(({ group_id }) => ['group_fin', 'group_ap'].includes(group_id ?? '')),
  );
  const all = await world.rows('select from admin_grants');
  assert.equal((await list('root')).length, all.length);
  assert.equal((await list('inst')).length, all.length);
});

test('what the credential may do is told to whoever holds anything', async () => {
  const space = (await world.done('getAdminMe', { credential: world.as('group') })).data;
  assert.equal(space.credential_type, 'session');
  assert.equal(space.grants.length, 4);
  assert.equal(space.capabilities['api_keys:create'], true);
  assert.equal(space.capabilities['groups:manage'], undefined);
  const root = (await world.done('getAdminMe', { credential: world.as('root') })).data;
  assert.equal(root.capabilities['instance:manage'], true);
  await world.addUser('user_nothing');
  const { access_token: credential } = await world.logIn('user_nothing');
  assert.equal((await world.refused('getAdminMe', { credential })).code, 'ADMIN_PERMISSION_REQUIRED');
});

test('a grant for one Member counts only while the session acts through it', async () => {
  await world.addUser('user_two');
  await world.rows(`insert into members (id, space_id, display_name) values ('member_a2', 'space_a', 'Zoe')`);
  await world.rows(`insert into user_members (id, user_id, member_id, space_id, relation_type, is_primary) values
    ('um_1', 'user_two', 'member_a', 'space_a', 'login', true),
    ('um_2', 'user_two', 'member_a2', 'space_a', 'login', false),
    ('um_old', 'user_two', 'member_b', 'space_b', 'login', false)`);
  await world.rows(`update user_members set expires_at = now() where id = 'um_old'`);
  await world.rows(`insert into admin_grants (id, user_id, member_id, level, space_id, permission_key)
    values ('ag_two', 'user_two', 'member_a2', 'space_admin', 'space_a', 'groups:read')`);
  const { access_token: credential, actor, available_members } = await world.logIn('user_two');
  assert.equal(actor?.user_member_id, 'um_1');
  assert.deepEqual(
    available_members.map(({ user_member_id }) => user_member_id),
    ['um_1', 'um_2'],
  );
  assert.equal((await world.refused('getAdminMe', { credential })).code, 'ADMIN_PERMISSION_REQUIRED');
  const switched = await world.done('switchMember', { credential, body: { member_id: 'member_a2' } });
  assert.equal(switched.data.actor?.user_member_id, 'um_2');
  assert.equal((await world.done('getAdminMe', { credential })).data.grants.length, 1);
  for (const body of [{ user_member_id: 'um_old' }, { member_id: 'member_a', user_member_id: 'um_2' }]) {
    assert.equal((await world.refused('switchMember', { credential, body })).code, 'ACTIVE_MEMBER_REQUIRED');
  }
  await world.rows(`update members set status = 'disabled' where id = 'member_a2'`);
  const context = (await world.done('getActorContext', { credential })).data;
  assert.equal(context.actor, null, 'never silently another one');
  assert.deepEqual(
    context.available_members.map(({ user_member_id }) => user_member_id),
    ['um_1'],
  );
  const first = await world.done('switchMember', { credential, body: {} });
  assert.equal(first.data.actor?.user_member_id, 'um_1');
  assert.equal(await world.recorded('actor.switched'), 2);
});

test('of two super admins that revoke each other at once one remains', async () => {
  await world.addUser('user_root2');
  const made = await grant('root', {
    user_id: 'user_root2',
    level: 'instance_super_admin',
    permission_key: '*',
  });
  assert.ok('data' in made);
  const second = (await world.logIn('user_root2')).access_token;
  const [first] = await world.rows(
    `select id from admin_grants where level = 'instance_super_admin' and user_id <> 'user_root2'`,
  );
  const revoke = (credential: string, admin_grant_id: string) =>
    world.call('revokeAdminGrant', { credential, params: { admin_grant_id } });
  const replies = await Promise.all([
    revoke(world.as('root'), made.data.id),
    revoke(second, String(first?.['id'])),
  ]);
  assert.equal(replies.filter((reply) => 'status' in reply).length, 1);
  const [left] = await world.rows(`select id, user_id from admin_grants
    where level = 'instance_super_admin' and status = 'active'`);
  assert.notEqual(left, undefined);
  const owner = left?.['user_id'] === 'user_root2' ? second : world.as('root');
  const last = await world.refused('revokeAdminGrant', {
    credential: owner,
    params: { admin_grant_id: String(left?.['id']) },
  });
  assert.equal(last.code, 'LAST_SUPER_ADMIN');
  assert.equal(
    (await world.rows(`select status from admin_grants where id = $1`, [left?.['id']]))[0]?.['status'],
    'active',
  );
});

test('a super admin grant that will end does not count as the one that remains', async () => {
  const [left] = await world.rows(`select id, user_id from admin_grants
    where level = 'instance_super_admin' and status = 'active'`);
  await world.rows(`insert into admin_grants (id, user_id, level, permission_key, expires_at) values
    ('ag_ending', 'user_plain', 'instance_super_admin', '*', now() + interval '1 day')`);
  const refusal = await world.refused('revokeAdminGrant', {
    credential: world.as('plain'),
    params: { admin_grant_id: String(left?.['id']) },
  });
  assert.equal(refusal.code, 'LAST_SUPER_ADMIN');
});

test('two changes at once cannot each take one of the last two super admins', async () => {
  await world.addUser('user_x');
  await world.addUser('user_y');
  await world.rows(`update admin_grants set status = 'revoked', revoked_at = now()
    where level = 'instance_super_admin' and status = 'active'`);
  await world.rows(`insert into admin_grants (id, user_id, level, permission_key) values
    ('ag_x', 'user_x', 'instance_super_admin', '*'), ('ag_y', 'user_y', 'instance_super_admin', '*')`);
  const { database } = world.services;
  // Users belong to no scope of the graph, so that nothing but the rule's own lock keeps the two apart.
  const before = (id: string) =>
    database.transaction(
      async (tx) => {
        const refusal = await keepsASuperAdmin(tx, id);
        await tx.query(`update users set status = 'disabled' where id = $1`, [id]);
        return refusal;
      },
      (refusal) => refusal === null,
    );
  const outcomes = await Promise.all([before('user_x'), before('user_y')]);
  assert.equal(outcomes.filter((refusal) => refusal === null).length, 1);
  await world.rows(`update users set status = 'active' where id in ('user_x', 'user_y')`);
  const after = (id: string) =>
    database.transaction(
      async (tx) => {
        await tx.query(`update users set status = 'disabled' where id = $1`, [id]);
        return keepSuperAdmin(tx);
      },
      (refusal) => refusal === null,
    );
  const later = await Promise.all([after('user_x'), after('user_y')]);
  assert.equal(later.filter((refusal) => refusal === null).length, 1);
});
