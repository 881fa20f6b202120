import type { components } from '../../../contract/generated/core/types.ts';
import type { RolePermission } from '../entities.ts';
import type { RolePermissionLabels, ViewedRolePermission } from './role-permission-view.ts';

/** A Permission of a Role as the contract shows it, with what both of them say. */
export function rolePermissionOnWire(
  pair: RolePermission,
  labels: RolePermissionLabels,
): components['schemas']['RolePermission'] {
  return {
    id: pair.id,
    role_id: pair.roleId,
    space_id: pair.spaceId,
    role_key: labels.roleKey,
    permission_id: pair.permissionId,
    resource: labels.resource,
    action: labels.action,
    scope: labels.scope,
    metadata: pair.metadata,
    created_at: pair.createdAt.toISOString(),
    updated_at: pair.updatedAt.toISOString(),
    deleted_at: pair.deletedAt?.toISOString() ?? null,
  };
}

/** A Permission of a Role as one statement has read it, as the contract shows it. */
export function viewedRolePermissionOnWire(
  viewed: ViewedRolePermission,
): components['schemas']['RolePermission'] {
  return rolePermissionOnWire(viewed, viewed);
}
