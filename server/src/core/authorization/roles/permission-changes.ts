import { LockMode } from '@mikro-orm/core';
import type { components } from '../../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../../contract/refusal.ts';
import { newId } from '../../../platform/ids/index.ts';
import type { Mutation } from '../../kernel/index.ts';
import { changeRow, changeUnique, insertOr, type VersionedChange } from '../../kernel/index.ts';
import { type Permission, PermissionEntity } from '../entities.ts';
import { permissionOnWire } from './permission-wire.ts';

/** What is to become of a Permission. */
export type PermissionChange = Pick<VersionedChange<Permission>, 'values' | 'ifVersion'> & {
  readonly action: 'permission.updated' | 'permission.disabled' | 'permission.restored';
};

type Unchanged = Refusal<'PERMISSION_NOT_FOUND' | 'PRECONDITION_FAILED'>;

/** Creates a Permission. One of the scope `global` is disabled, whatever the body says. */
export async function createPermission(
  mutation: Mutation,
  body: components['schemas']['PermissionCreate'],
): Promise<Permission | Refusal<'PERMISSION_CREATE_FAILED'>> {
  const permission = await insertOr(
    mutation,
    PermissionEntity,
    {
      id: body.id ?? newId('perm'),
      resource: body.resource,
      action: body.action,
      scope: body.scope,
      description: body.description ?? null,
      status: body.scope === 'global' ? 'disabled' : (body.status ?? 'active'),
      metadata: body.metadata ?? {},
    },
    // A triple that exists is not about one field.
    (field) => refuseTaken('PERMISSION_CREATE_FAILED', field === 'id' ? field : null),
  );
  if (isRefusal(permission)) return permission;
  await mutation.record({
    action: 'permission.created',
    spaceId: null,
    resourceType: 'permission',
    resourceId: permission.id,
    before: null,
    after: permissionOnWire(permission),
  });
  return permission;
}

/** Changes triple, description and metadata of a Permission. Changing its scope to `global` disables it. */
export function updatePermission(
  mutation: Mutation,
  id: string,
  body: components['schemas']['PermissionUpdate'],
  ifVersion: number | null,
): Promise<Permission | Unchanged | Refusal<'PERMISSION_UPDATE_FAILED'>> {
  const { resource, action, scope, description, metadata } = body;
  const values = { resource, action, scope, description, metadata };
  return changeUnique(
    () => changePermission(mutation, id, { action: 'permission.updated', values, ifVersion }),
    refuseTaken('PERMISSION_UPDATE_FAILED', null),
  );
}

/**
 * Changes a Permission. One that has, or gets, the scope `global` is disabled after any change. A triple that another
 * Permission has is a collision, which throws.
 */
export async function changePermission(
  mutation: Mutation,
  id: string,
  change: PermissionChange,
): Promise<Permission | Unchanged> {
  const permission = await mutation.em.findOne(
    PermissionEntity,
    { id, deletedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (permission === null) return refuse('PERMISSION_NOT_FOUND');
  const scope = change.values.scope ?? permission.scope;
  return changeRow(mutation, permission, {
    ...change,
    values: scope === 'global' ? { ...change.values, status: 'disabled' } : change.values,
    spaceId: null,
    resourceType: 'permission',
    onWire: permissionOnWire,
  });
}
