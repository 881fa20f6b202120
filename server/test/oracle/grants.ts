import { assertedPlace, type Place, placeOf, storedGroup } from './places.ts';
import type { ContextQuestion, LeftOut, Question } from './question.ts';
import type { MemberRoleRow, PermissionRow, RoleRow, Scope, World } from './world.ts';

/** One grant for the asked resource and action, whatever its state. */
export interface Grant {
  member_role_id: string | null;
  permission_id: string | null;
  grant_index: number | null;
  role_key: string;
  resource: string;
  action: string;
  scope: Scope;
  anchor: Place | null;
  left_out: LeftOut;
}

/** Every grant that the actor has, or asserts, for the asked resource and action. */
export function listGrants(world: World, question: Question, now: string): Grant[] {
  return question.kind === 'context' ? listAsserted(question) : listStored(world, question, now);
}

function listStored(world: World, question: Question, now: string): Grant[] {
  const found: Grant[] = [];
  for (const memberRole of world.member_roles) {
    const role = world.roles.find((row) => row.id === memberRole.role_id && row.deleted_at === null);
    if (memberRole.member_id !== question.actor.member_id || memberRole.deleted_at !== null || !role) {
      continue;
    }
    for (const rolePermission of world.role_permissions) {
      const permission = world.permissions.find(
        (row) => row.id === rolePermission.permission_id && row.deleted_at === null,
      );
      if (rolePermission.role_id !== role.id || rolePermission.deleted_at !== null || !permission) {
        continue;
      }
      if (permission.resource !== question.resource_type || permission.action !== question.action) {
        continue;
      }
      found.push({
        member_role_id: memberRole.id,
        permission_id: permission.id,
        grant_index: null,
        role_key: role.key,
        resource: permission.resource,
        action: permission.action,
        scope: permission.scope,
        anchor: placeOf(world, storedGroup(world, memberRole.scope_anchor_group_id)),
        left_out: whyLeftOut(world, question, memberRole, role, permission, now),
      });
    }
  }
  return found;
}

function whyLeftOut(
  world: World,
  question: Question,
  memberRole: MemberRoleRow,
  role: RoleRow,
  permission: PermissionRow,
  now: string,
): LeftOut {
  if (role.status !== 'active') {
    return 'role_disabled';
  }
  // A global permission is disabled by rule. It is weighed all the same, so that the answer can say so.
  if (permission.status !== 'active' && permission.scope !== 'global') {
    return 'permission_disabled';
  }
  if (memberRole.status !== 'active') {
    return 'revoked';
  }
  if (memberRole.not_before !== null && now < memberRole.not_before) {
    return 'not_yet_valid';
  }
  if (memberRole.expires_at !== null && memberRole.expires_at <= now) {
    return 'expired';
  }
  const anchor = storedGroup(world, memberRole.scope_anchor_group_id);
  const spaces = [memberRole.space_id, role.space_id, anchor?.space_id ?? question.actor.space_id];
  return spaces.every((space) => space === question.actor.space_id) ? null : 'foreign_space';
}

function listAsserted(question: ContextQuestion): Grant[] {
  const found: Grant[] = [];
  (question.grants ?? []).forEach((grant, position) => {
    const resource = grant.resource ?? question.resource_type;
    const action = grant.action ?? question.action;
    const spaceId = grant.space_id ?? question.actor.space_id;
    if (resource === question.resource_type && action === question.action) {
      found.push({
        member_role_id: null,
        permission_id: null,
        grant_index: position,
        role_key: grant.role_key ?? 'inline',
        resource,
        action,
        scope: grant.scope,
        anchor: assertedPlace(spaceId, grant.scope_anchor_group_id, grant.scope_anchor_group_path),
        left_out: spaceId === question.actor.space_id ? null : 'foreign_space',
      });
    }
  });
  return found;
}
