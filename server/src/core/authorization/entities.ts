import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { instant, metadata, mutableRow } from '../../platform/schema-check/index.ts';

/** A named bundle of permissions inside a Space, table `roles`. */
export const RoleEntity = defineEntity({
  name: 'Role',
  tableName: 'roles',
  properties: {
    id: p.text().primary(),
    spaceId: p.text(),
    key: p.text(),
    name: p.text(),
    description: p.text().nullable(),
    status: p.enum(['active', 'disabled']).default('active'),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `roles`. */
export type Role = InferEntity<typeof RoleEntity>;

/** A triple of resource, action and scope, instance-wide, table `permissions`. */
export const PermissionEntity = defineEntity({
  name: 'Permission',
  tableName: 'permissions',
  properties: {
    id: p.text().primary(),
    resource: p.text(),
    action: p.text(),
    scope: p.enum(['self', 'group', 'group_tree', 'space', 'global']),
    description: p.text().nullable(),
    status: p.enum(['active', 'disabled']).default('active'),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `permissions`. */
export type Permission = InferEntity<typeof PermissionEntity>;

/** A permission in a role, table `role_permissions`. `spaceId` is the role's. */
export const RolePermissionEntity = defineEntity({
  name: 'RolePermission',
  tableName: 'role_permissions',
  properties: {
    id: p.text().primary(),
    spaceId: p.text(),
    roleId: p.text(),
    permissionId: p.text(),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `role_permissions`. */
export type RolePermission = InferEntity<typeof RolePermissionEntity>;

/** A role held by a Member from `notBefore` up to, not including, `expiresAt`, table `member_roles`. */
export const MemberRoleEntity = defineEntity({
  name: 'MemberRole',
  tableName: 'member_roles',
  properties: {
    id: p.text().primary(),
    spaceId: p.text(),
    memberId: p.text(),
    roleId: p.text(),
    scopeAnchorGroupId: p.text().nullable(),
    status: p.enum(['active', 'revoked']).default('active'),
    notBefore: instant().nullable(),
    expiresAt: instant().nullable(),
    revokedAt: instant().nullable(),
    revokedReason: p.text().nullable(),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `member_roles`. */
export type MemberRole = InferEntity<typeof MemberRoleEntity>;
