import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { components } from '../../src/contract/generated/core/types.ts';
import { isRefusal, refuseTaken } from '../../src/contract/refusal.ts';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { openRolesWorld, pageByPage, type RolesWorld } from './roles-world.ts';

let world: RolesWorld;
before(async () => {
  world = await openRolesWorld();
});
after(() => world.close());

const inA = { space_id: 'space_a' };
const at = (member_role_id: string, space_id = 'space_a') => ({ space_id, member_role_id });
type Create = components['schemas']['MemberRoleCreate'];

const create = (body: Create) => callCore(world.memberRoles, 'createMemberRole', { params: inA, body });
const created = (body: Create) => carriedOut(world.memberRoles, 'createMemberRole', { params: inA, body });
const held = { member_id: 'member_ann', role_id: 'role_approver' };

test('an assignment shows the Member, the Role and the anchor that it refers to', async () => {
  const { memberRoles } = world;
  await world.moves(['space_a'], () =>
    created({ id: 'mr_shown', ...held, scope_anchor_group_id: 'group_fin', metadata: { by: 'test' } }),
  );
  const { data, version } = await carriedOut(memberRoles, 'getMemberRole', { params: at('mr_shown') });
  const { created_at, updated_at, ...rest } = data;
  assert.equal(created_at, updated_at);
  assert.deepEqual(
    { ...rest, version },
    {
      id: 'mr_shown',
      space_id: 'space_a',
      member_id: 'member_ann',
      member_display_name: 'Ann',
      role_id: 'role_approver',
      role_key: 'approver',
      role_name: 'Approver',
      scope_anchor_group_id: 'group_fin',
      scope_anchor_path: 'finance',
      scope_anchor_ignored: false,
      not_before: null,
      expires_at: null,
      status: 'active',
      revoked_at: null,
      revoked_reason: null,
      metadata: { by: 'test' },
      version: 1,
    },
  );
  const [row] = await world.recorded('mr_shown');
  assert.deepEqual(row, { action: 'member_role.created', space_id: 'space_a', before: null, after: data });
});

test('an anchor is told as ignored while an active Permission of the Role does not look at it', async () => {
  const { memberRoles, roles, database } = world;
  const role_id = 'role_ignored';
  await carriedOut(roles, 'createRole', { params: inA, body: { id: role_id, key: 'ignored' } });
  const anchored = {
    id: 'mr_anchored',
    member_id: 'member_bob',
    role_id,
    scope_anchor_group_id: 'group_ops',
  };
  await created({ id: 'mr_free', member_id: 'member_bob', role_id });
  const ignored = async () => {
    const list = await carriedOut(memberRoles, 'listMemberRoles', { params: { ...inA, role_id } });
    const one = await carriedOut(memberRoles, 'getMemberRole', { params: at('mr_anchored') });
    const told = new Map(list.data.map((entry) => [entry.id, entry.scope_anchor_ignored]));
    assert.deepEqual(told.get('mr_anchored'), one.data.scope_anchor_ignored);
    assert.equal(told.get('mr_free'), false);
    return one.data.scope_anchor_ignored;
  };
  const hold = (id: string, permission: string) =>
    database.pool.query(
      `insert into role_permissions (id, space_id, role_id, permission_id) values ($1, 'space_a', $2, $3)`,
      [id, role_id, permission],
    );
  await hold('rp_tree', 'perm_tree');
  assert.equal((await created(anchored)).data.scope_anchor_ignored, false);
  await hold('rp_self', 'perm_self');
  assert.equal(await ignored(), true);
  await database.pool.query(`update permissions set status = 'disabled' where id = 'perm_self'`);
  assert.equal(await ignored(), false);
  await hold('rp_space', 'perm_space');
  assert.equal(await ignored(), true);
  const changed = await carriedOut(memberRoles, 'updateMemberRole', {
    params: at('mr_anchored'),
    body: { metadata: { seen: true } },
  });
  assert.equal(changed.data.scope_anchor_ignored, true);
  await database.pool.query(`update role_permissions set deleted_at = now() where id = 'rp_space'`);
  assert.equal(await ignored(), false);
});

test('Member, Role and anchor have to be of the Space', async () => {
  const { memberRoles } = world;
  const refused = (body: Create, space_id = 'space_a') =>
    refusedWith(memberRoles, 'createMemberRole', { params: { space_id }, body });
  assert.equal(await refused({ ...held, member_id: 'member_b' }), 'MEMBER_NOT_FOUND');
  assert.equal(await refused({ ...held, role_id: 'role_b' }), 'ROLE_NOT_FOUND');
  assert.equal(await refused({ ...held, scope_anchor_group_id: 'group_b' }), 'GROUP_NOT_FOUND');
  assert.equal(await refused(held, 'none'), 'SPACE_NOT_FOUND');
});

test('windows of the same Role at the same anchor never overlap, and may touch', async () => {
  const same = { member_id: 'member_bob', role_id: 'role_viewer' };
  const first = { not_before: '2026-01-01T00:00:00Z', expires_at: '2026-02-01T00:00:00Z' };
  await created({ id: 'mr_first', ...same, ...first });
  const failed = refuseTaken('MEMBER_ROLE_CREATE_FAILED', null);
  assert.deepEqual(await create({ ...same, expires_at: '2026-01-01T00:00:00.001Z' }), failed);
  assert.deepEqual(await create({ ...same, not_before: '2026-01-31T23:59:59.999Z' }), failed);
  assert.deepEqual(await create(same), failed);
  await created({ ...same, scope_anchor_group_id: 'group_fin' });
  await created({ ...same, member_id: 'member_ann' });
  await created({ id: 'mr_touching', ...same, not_before: first.expires_at });
  assert.deepEqual(
    await create({
      id: 'mr_first',
      ...same,
      not_before: '2025-01-01T00:00:00Z',
      expires_at: '2025-02-01T00:00:00Z',
    }),
    refuseTaken('MEMBER_ROLE_CREATE_FAILED', 'id'),
  );
  const overlap = { params: at('mr_first'), body: { expires_at: null } };
  const moved = await callCore(world.memberRoles, 'updateMemberRole', overlap);
  assert.deepEqual(moved, refuseTaken('MEMBER_ROLE_UPDATE_FAILED', null));
});

test('of many equal assignments at once, one is made', async () => {
  const body = { member_id: 'member_bob', role_id: 'role_approver' };
  const replies = await Promise.all(Array.from({ length: 12 }, () => create(body)));
  assert.equal(replies.filter((reply) => !isRefusal(reply)).length, 1);
});

test('an end that is not after the beginning is refused, as sent and after a change', async () => {
  const { memberRoles } = world;
  const body = { ...held, scope_anchor_group_id: 'group_ops' };
  const refused = await create({
    ...body,
    not_before: '2026-01-01T00:00:00.0001Z',
    expires_at: '2026-01-01T00:00:00.0009Z',
  });
  const details = [
    { in: 'body', pointer: '/expires_at', rule: 'window', message: 'expires_at has to be after not_before.' },
  ];
  assert.deepEqual(isRefusal(refused) && [refused.code, refused.details], ['VALIDATION_FAILED', details]);
  const leap = { ...body, expires_at: '2016-12-31T23:59:60Z' };
  assert.equal(
    await refusedWith(memberRoles, 'createMemberRole', { params: inA, body: leap }),
    'VALIDATION_FAILED',
  );
  await created({ id: 'mr_window', ...body, expires_at: '2026-06-01T00:00:00Z' });
  const params = at('mr_window');
  const late = { params, body: { not_before: '2026-06-01T00:00:00Z' } };
  assert.equal(await refusedWith(memberRoles, 'updateMemberRole', late), 'VALIDATION_FAILED');
  assert.deepEqual(await world.actions('mr_window'), ['member_role.created']);
});

test('a change moves the window to the millisecond, keeps what it leaves out and takes away what is null', async () => {
  const { memberRoles } = world;
  const role_id = 'role_moved';
  await carriedOut(world.roles, 'createRole', { params: inA, body: { id: role_id, key: 'moved' } });
  const made = await created({ id: 'mr_moved', member_id: 'member_ann', role_id });
  const params = at('mr_moved');
  const change = (body: components['schemas']['MemberRoleUpdate'], ifVersion: number | null = null) =>
    carriedOut(memberRoles, 'updateMemberRole', { params, body, ifVersion });
  const begun = await change({ not_before: '2026-01-01T02:00:00.0019999+02:00' }, 1);
  assert.deepEqual([begun.data.not_before, begun.data.expires_at], ['2026-01-01T00:00:00.001Z', null]);
  const ended = await change({ expires_at: '2020-01-01T00:00:00Z', not_before: null });
  assert.deepEqual([ended.data.not_before, ended.data.expires_at], [null, '2020-01-01T00:00:00.000Z']);
  const open = await change({ expires_at: null });
  assert.deepEqual([open.data.not_before, open.data.expires_at, open.version], [null, null, 4]);
  const same = await change({ expires_at: null, metadata: {} });
  assert.equal(same.version, 4);
  const stale = { params, body: { metadata: { a: 1 } }, ifVersion: 3 };
  assert.equal(await refusedWith(memberRoles, 'updateMemberRole', stale), 'PRECONDITION_FAILED');
  const rows = await world.recorded('mr_moved');
  assert.equal(rows.length, 4);
  assert.deepEqual([rows[1]?.before, rows[1]?.after], [made.data, begun.data]);
});

test('revoking is final, keeps its first instant and reason, and makes room for a new assignment', async () => {
  const { memberRoles } = world;
  const role_id = 'role_final';
  await carriedOut(world.roles, 'createRole', { params: inA, body: { id: role_id, key: 'final' } });
  const body = { member_id: 'member_ann', role_id };
  const made = await created({ id: 'mr_final', ...body });
  const params = at('mr_final');
  const revoke = (reason?: string) =>
    carriedOut(memberRoles, 'revokeMemberRole', {
      params,
      body: reason === undefined ? undefined : { revoked_reason: reason },
    });
  const revoked = await revoke('The review is over.');
  assert.deepEqual([revoked.data.status, revoked.data.revoked_reason], ['revoked', 'The review is over.']);
  assert.notEqual(revoked.data.revoked_at, null);
  await world.moves([], async () => {
    assert.deepEqual(await revoke('Another reason.'), revoked);
    assert.deepEqual(await revoke(), revoked);
  });
  const late = { params, body: { metadata: {} } };
  assert.equal(await refusedWith(memberRoles, 'updateMemberRole', late), 'MEMBER_ROLE_UPDATE_FAILED');
  const again = await created({ id: 'mr_again', ...body });
  assert.deepEqual([again.data.status, again.version], ['active', 1]);
  const unknown = { params: at('none') };
  assert.equal(await refusedWith(memberRoles, 'revokeMemberRole', unknown), 'MEMBER_ROLE_NOT_FOUND');
  const rows = await world.recorded('mr_final');
  assert.deepEqual(
    rows.slice(1).map((row) => [row.action, row.before, row.after]),
    [['member_role.revoked', made.data, revoked.data]],
  );
});

test('an assignment of another Space is not found and stays as it is', async () => {
  const { memberRoles, database } = world;
  await database.pool.query(
    `insert into member_roles (id, space_id, member_id, role_id) values ('mr_b', 'space_b', 'member_b', 'role_b')`,
  );
  const params = at('mr_b');
  assert.equal(await refusedWith(memberRoles, 'getMemberRole', { params }), 'MEMBER_ROLE_NOT_FOUND');
  assert.equal(await refusedWith(memberRoles, 'revokeMemberRole', { params }), 'MEMBER_ROLE_NOT_FOUND');
  const body = { expires_at: null };
  assert.equal(await refusedWith(memberRoles, 'updateMemberRole', { params, body }), 'MEMBER_ROLE_NOT_FOUND');
  const nowhere = { params: at('mr_b', 'none') };
  assert.equal(await refusedWith(memberRoles, 'getMemberRole', nowhere), 'SPACE_NOT_FOUND');
  assert.equal(await refusedWith(memberRoles, 'revokeMemberRole', nowhere), 'SPACE_NOT_FOUND');
  const stays = await carriedOut(memberRoles, 'getMemberRole', { params: at('mr_b', 'space_b') });
  assert.deepEqual([stays.data.status, stays.version], ['active', 1]);
});

test('the list has the assignments of one Space in the order of their ids, revoked ones too, by each filter', async () => {
  const { memberRoles, database } = world;
  await database.pool.query(`
    insert into spaces (id, name) values ('space_l', 'L');
    insert into members (id, space_id, display_name) values ('member_l1', 'space_l', '1'), ('member_l2', 'space_l', '2');
    insert into roles (id, space_id, key, name)
      select 'role_l' || n, 'space_l', 'l' || n, 'L' from generate_series(1, 3) n;
    insert into member_roles (id, space_id, member_id, role_id, status, revoked_at)
      select 'mrl_' || m.id || r.id, 'space_l', m.id, r.id, s.status, case s.status when 'revoked' then now() end
      from members m, roles r, lateral (select case r.id when 'role_l3' then 'revoked' else 'active' end) s (status)
      where m.space_id = 'space_l' and r.space_id = 'space_l'`);
  const list = (filter: { member_id?: string; role_id?: string; status?: 'active' | 'revoked' }) =>
    pageByPage(2, (page) =>
      carriedOut(memberRoles, 'listMemberRoles', { params: { space_id: 'space_l', ...filter }, page }),
    );
  const ids = (await list({})).map(({ id }) => id);
  assert.equal(ids.length, 6);
  assert.deepEqual(ids, [...ids].sort());
  assert.deepEqual(
    (await list({ status: 'revoked' })).map(({ role_key }) => role_key),
    ['l3', 'l3'],
  );
  assert.deepEqual(
    (await list({ member_id: 'member_l1' })).map(({ role_key }) => role_key),
    ['l1', 'l2', 'l3'],
  );
  const one = await list({ member_id: 'member_l2', role_id: 'role_l1', status: 'active' });
  assert.deepEqual(
    one.map(({ member_display_name }) => member_display_name),
    ['2'],
  );
  const nowhere = { params: { space_id: 'none' } };
  assert.equal(await refusedWith(memberRoles, 'listMemberRoles', nowhere), 'SPACE_NOT_FOUND');
});
