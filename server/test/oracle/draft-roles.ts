import { type Draft, edges } from './draft.ts';
import { actionKeys, unregisteredType } from './draft-registry.ts';
import type { MemberRoleRow, PermissionRow, RoleRow, Scope } from './world.ts';

const scopes: readonly Scope[] = ['self', 'group', 'group_tree', 'space', 'global'];
/** Shuffled from the order of their bytes: upper case sorts before lower case, `-` before letters before `_`. */
const roleKeys = ['approver', 'Approver', 'approver-2', 'approver_2', 'Zeta', 'a', 'B'] as const;
const openStart = '-';
const openEnd = '~';

/** Adds permissions, roles, and who holds which role. Needs the identity and the registry rows. */
export function draftRoles(draft: Draft): void {
  draftPermissions(draft);
  for (const space of draft.world.spaces) {
    draftSpaceRoles(draft, space.id);
  }
  for (const member of draft.world.members) {
    const held = draft.dice.between(2, 4);
    for (let count = 0; count < held; count += 1) {
      draftMemberRole(draft, member.id, member.space_id);
    }
  }
}

function draftPermissions(draft: Draft): void {
  const { dice, world } = draft;
  for (const resource of [...world.resource_types.map((type) => type.key), unregisteredType(draft)]) {
    for (const action of actionKeys) {
      const isRegistered = action !== 'void' && resource !== unregisteredType(draft);
      for (const scope of scopes) {
        if (dice.chance(isRegistered ? 0.8 : 0.15)) {
          world.permissions.push({
            id: draft.id('perm'),
            resource,
            action,
            scope,
            status: scope === 'global' ? 'disabled' : draft.maybeDisabled(0.07),
            deleted_at: draft.maybeDeleted(0.04),
          });
        }
      }
    }
  }
}

function draftSpaceRoles(draft: Draft, spaceId: string): void {
  const { dice, world } = draft;
  const wanted = dice.between(2, 3);
  const taken = new Set<string>();
  while (taken.size < wanted) {
    taken.add(dice.pick(roleKeys));
  }
  for (const key of taken) {
    const role: RoleRow = {
      id: draft.id('role'),
      space_id: spaceId,
      key,
      name: key,
      status: draft.maybeDisabled(0.06),
      deleted_at: draft.maybeDeleted(0.03),
    };
    world.roles.push(role);
    const given = dice.between(2, 5);
    for (let count = 0; count < given && world.permissions.length > 0; count += 1) {
      draftRolePermission(draft, role, pickPermission(draft));
    }
  }
}

function pickPermission(draft: Draft): PermissionRow {
  const { dice, world } = draft;
  const wanted = dice.weigh<Scope>([
    [2, 'self'],
    [3, 'group'],
    [5, 'group_tree'],
    [1, 'space'],
    [1.5, 'global'],
  ]);
  const fitting = world.permissions.filter((permission) => permission.scope === wanted);
  return dice.pick(fitting.length > 0 ? fitting : world.permissions);
}

/** A pair may stand there once, and any number of times as deleted. */
function draftRolePermission(draft: Draft, role: RoleRow, permission: PermissionRow): void {
  const { world } = draft;
  const isThere = world.role_permissions.some(
    (row) => row.role_id === role.id && row.permission_id === permission.id && row.deleted_at === null,
  );
  world.role_permissions.push({
    id: draft.id('rp'),
    space_id: role.space_id,
    role_id: role.id,
    permission_id: permission.id,
    deleted_at: isThere ? draft.after(-1) : draft.maybeDeleted(0.05),
  });
}

function draftMemberRole(draft: Draft, memberId: string, spaceId: string): void {
  const { dice, world } = draft;
  const groups = world.groups.filter((group) => group.space_id === spaceId);
  const shallow = groups.filter((group) => !group.path.includes('.'));
  const anchor = dice.weigh([
    [5, dice.pick(shallow)],
    [4, dice.pick(groups)],
    [2.5, null],
  ]);
  const row: MemberRoleRow = {
    id: draft.id('mr'),
    space_id: spaceId,
    member_id: memberId,
    role_id: dice.pick(world.roles.filter((role) => role.space_id === spaceId)).id,
    scope_anchor_group_id: anchor?.id ?? null,
    status: dice.chance(0.08) ? 'revoked' : 'active',
    not_before: dice.weigh([
      [7, null],
      [2, draft.after(dice.pick(edges.past))],
      [1, draft.after(dice.pick(edges.future))],
    ]),
    expires_at: dice.weigh([
      [7, null],
      [2, draft.after(dice.pick(edges.future))],
      [1, draft.after(dice.pick(edges.past))],
    ]),
    deleted_at: draft.maybeDeleted(0.03),
  };
  addMemberRole(draft, row);
  // The same assignment once more, its window touching the first one's at the very instant of the decision.
  if (dice.chance(0.08)) {
    const early = { ...row, id: draft.id('mr'), not_before: null, expires_at: draft.now };
    const late = { ...row, id: draft.id('mr'), not_before: draft.now, expires_at: null };
    for (const half of dice.chance(0.5) ? [early, late] : [late]) {
      addMemberRole(draft, half);
    }
  }
}

/** Adds the row if the database would take it: as revoked when an active one already fills its window. */
function addMemberRole(draft: Draft, row: MemberRoleRow): void {
  if ((row.not_before ?? openStart) >= (row.expires_at ?? openEnd)) {
    row.expires_at = null;
  }
  const isFilled = draft.world.member_roles.some(
    (other) =>
      other.status === 'active' &&
      other.deleted_at === null &&
      other.member_id === row.member_id &&
      other.role_id === row.role_id &&
      other.scope_anchor_group_id === row.scope_anchor_group_id &&
      (other.not_before ?? openStart) < (row.expires_at ?? openEnd) &&
      (row.not_before ?? openStart) < (other.expires_at ?? openEnd),
  );
  draft.world.member_roles.push({ ...row, status: isFilled ? 'revoked' : row.status });
}
