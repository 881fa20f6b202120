import { LockMode } from '@mikro-orm/core';
import type { components } from '../../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../../contract/refusal.ts';
import { newId } from '../../../platform/ids/index.ts';
import type { Mutation } from '../../kernel/index.ts';
import { changeRow, insertOr } from '../../kernel/index.ts';
import { PermissionEntity, RoleEntity, type RolePermission, RolePermissionEntity } from '../entities.ts';
import { labelsOf } from './role-permission-view.ts';
import { rolePermissionOnWire } from './role-permission-wire.ts';

/** A changed pair as callers see it, and the version for its ETag. */
type Shown = { readonly data: components['schemas']['RolePermission']; readonly version: number };

/** Gives a Permission of the instance to a Role of a Space. A pair that was removed is joined by a new row. */
export async function createRolePermission(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['RolePermissionCreate'],
): Promise<Shown | Refusal<'ROLE_NOT_FOUND' | 'PERMISSION_NOT_FOUND' | 'ROLE_PERMISSION_CREATE_FAILED'>> {
  const { em } = mutation;
  const role = await em.findOne(RoleEntity, { id: body.role_id, spaceId, deletedAt: null });
  if (role === null) return refuse('ROLE_NOT_FOUND');
  const permission = await em.findOne(PermissionEntity, { id: body.permission_id, deletedAt: null });
  if (permission === null) return refuse('PERMISSION_NOT_FOUND');
  const pair = await insertOr(
    mutation,
    RolePermissionEntity,
    {
      id: body.id ?? newId('rp'),
      spaceId,
      roleId: role.id,
      permissionId: permission.id,
      metadata: body.metadata ?? {},
    },
    // A pair that exists is not about one field.
    (field) => refuseTaken('ROLE_PERMISSION_CREATE_FAILED', field === 'id' ? field : null),
  );
  if (isRefusal(pair)) return pair;
  const { resource, action, scope } = permission;
  const data = rolePermissionOnWire(pair, { roleKey: role.key, resource, action, scope });
  await mutation.record({
    action: 'role_permission.created',
    spaceId,
    resourceType: 'role_permission',
    resourceId: pair.id,
    before: null,
    after: data,
  });
  return { data, version: pair.version };
}

/** Takes a Permission from a Role. The row stays, with the instant of the first removal. */
export async function deleteRolePermission(
  mutation: Mutation,
  spaceId: string,
  id: string,
  ifVersion: number | null,
): Promise<Shown | Refusal<'ROLE_PERMISSION_NOT_FOUND' | 'PRECONDITION_FAILED'>> {
  const pair = await mutation.em.findOne(
    RolePermissionEntity,
    { id, spaceId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (pair === null) return refuse('ROLE_PERMISSION_NOT_FOUND');
  const labels = await labelsOf(mutation, pair);
  const onWire = (row: RolePermission) => rolePermissionOnWire(row, labels);
  const removed = await changeRow(mutation, pair, {
    ifVersion,
    values: { deletedAt: pair.deletedAt ?? mutation.now },
    action: 'role_permission.revoked',
    spaceId,
    resourceType: 'role_permission',
    onWire,
  });
  return isRefusal(removed) ? removed : { data: onWire(removed), version: removed.version };
}
