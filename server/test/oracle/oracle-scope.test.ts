import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from './oracle.ts';
import type { DenyCode } from './question.ts';
import { groupRow, patched, referenceNow, referenceQuestion, referenceWorld } from './reference-world.ts';
import type { GroupRow, Scope, World } from './world.ts';

const base = referenceWorld();

function denyCodeOf(world: World): DenyCode | null {
  return ask(world, referenceQuestion(), referenceNow).deny_code;
}

/** Scope, anchor, Group and owner of the target, and what the grant then says. */
const matrix: [
  scope: Scope,
  anchor: string | null,
  group: string | null,
  owner: string | null,
  DenyCode | null,
][] = [
  ['self', null, 'finance_apac', 'member_finance_reviewer', null],
  ['self', 'finance', 'finance_apac', 'member_invoice_creator', 'SCOPE_OUT_OF_BOUNDS'],
  ['self', null, null, null, 'SCOPE_OUT_OF_BOUNDS'],
  ['group', 'finance_apac', 'finance_apac', null, null],
  ['group', 'finance', 'finance_apac', null, 'SCOPE_OUT_OF_BOUNDS'],
  ['group', null, null, null, 'SCOPE_ANCHOR_MISSING'],
  ['group_tree', 'finance', 'finance', null, null],
  ['group_tree', 'finance', 'finance_apac', null, null],
  ['group_tree', 'finance', 'finance2', null, 'SCOPE_OUT_OF_BOUNDS'],
  ['group_tree', 'finance_apac', 'finance', null, 'SCOPE_OUT_OF_BOUNDS'],
  ['group_tree', null, 'finance', null, 'SCOPE_ANCHOR_MISSING'],
  ['group_tree', 'finance', null, null, 'TARGET_GROUP_MISSING'],
  ['space', 'legal', 'finance', null, null],
  ['space', null, null, null, null],
  ['global', 'finance', 'finance', 'member_finance_reviewer', 'GLOBAL_SCOPE_DISABLED'],
];
for (const [scope, anchor, group, owner, expected] of matrix) {
  const title = `${scope} from ${anchor ?? 'no anchor'} over ${group ?? 'no group'}, owner ${owner ?? 'none'}`;
  test(`${title}: ${expected ?? 'covered'}`, () => {
    const status = scope === 'global' ? 'disabled' : 'active';
    let world: World = { ...base, groups: [...base.groups, groupRow('finance2')] };
    world = patched(world, 'permissions', { scope, status });
    world = patched(world, 'member_roles', { scope_anchor_group_id: anchor && `group_${anchor}` });
    world = patched(world, 'resources', { group_id: group && `group_${group}`, owner_member_id: owner });
    assert.equal(denyCodeOf(world), expected);
  });
}

test('of several grants that do not cover, the closest gives the code, whatever their order', () => {
  const given: [scope: Scope, anchor: string | null, roleKey: string][] = [
    ['global', null, 'A'],
    ['group_tree', null, 'B'],
    ['group_tree', 'group_finance', 'a'],
    ['self', null, 'b'],
  ];
  const ungrouped = patched(base, 'resources', { group_id: null });
  const world: World = { ...ungrouped, roles: [], permissions: [], role_permissions: [], member_roles: [] };
  const there = { space_id: 'space_acme', status: 'active', deleted_at: null } as const;
  const codes: (DenyCode | null)[] = [];
  for (const [scope, anchor, key] of given) {
    world.roles.push({ id: `role_${key}`, key, name: key, ...there });
    world.permissions.push({ id: `perm_${key}`, resource: 'invoice', action: 'approve', scope, ...there });
    world.role_permissions.push({
      id: `rp_${key}`,
      role_id: `role_${key}`,
      permission_id: `perm_${key}`,
      ...there,
    });
    world.member_roles.unshift({
      id: `mr_${key}`,
      member_id: 'member_finance_reviewer',
      role_id: `role_${key}`,
      scope_anchor_group_id: anchor,
      not_before: null,
      expires_at: null,
      ...there,
    });
    codes.push(denyCodeOf(world));
  }
  assert.deepEqual(codes, [
    'GLOBAL_SCOPE_DISABLED',
    'SCOPE_ANCHOR_MISSING',
    'TARGET_GROUP_MISSING',
    'SCOPE_OUT_OF_BOUNDS',
  ]);
  const { candidates } = ask(world, referenceQuestion(), referenceNow);
  assert.deepEqual(
    candidates.map((candidate) => candidate.role_key),
    ['A', 'B', 'a', 'b'],
  );
});

test('a disabled or deleted Group switches off what is below it', () => {
  const patches: Partial<GroupRow>[] = [{ status: 'disabled' }, { deleted_at: referenceNow }];
  for (const patch of patches) {
    const top = patched(base, 'groups', patch, 'group_finance');
    assert.equal(denyCodeOf(top), 'SCOPE_ANCHOR_MISSING');
    assert.equal(denyCodeOf(patched(base, 'groups', patch, 'group_finance_apac')), 'TARGET_GROUP_MISSING');
    const deeper = { scope_anchor_group_id: 'group_finance_apac' };
    assert.equal(denyCodeOf(patched(base, 'member_roles', deeper)), null);
    assert.equal(denyCodeOf(patched(top, 'member_roles', deeper)), 'SCOPE_ANCHOR_MISSING');
  }
});
