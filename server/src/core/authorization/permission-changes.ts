import { LockMode } from '@mikro-orm/core';
import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import { insertOr } from '../insert-or.ts';
import type { Mutation } from '../recorded-mutation.ts';
import { changeRow, type VersionedChange } from '../versioned-change.ts';
import { type Permission, PermissionEntity } from './entities.ts';
import { permissionOnWire } from './permission-wire.ts';
import { changeOr } from './role-collision.ts';

/** What is to become of a Permission. */
export type PermissionChange = Pick<VersionedChange<Permission>, 'values' | 'ifVersion'> & {
  readonly action: 'permission.updated' | 'permission.disabled' | 'permission.restored';
};

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

/** Changes a Permission. One that has, or gets, the scope `global` is disabled after any change. */
export async function changePermission(
  mutation: Mutation,
  id: string,
  change: PermissionChange,
): Promise<
  Permission | Refusal<'PERMISSION_NOT_FOUND' | 'PERMISSION_UPDATE_FAILED' | 'PRECONDITION_FAILED'>
> {
  const permission = await mutation.em.findOne(
    PermissionEntity,
    { id, deletedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (permission === null) return refuse('PERMISSION_NOT_FOUND');
  const scope = change.values.scope ?? permission.scope;
  const values = scope === 'global' ? { ...change.values, status: 'disabled' as const } : change.values;
  return changeOr(
    () =>
      changeRow(mutation, permission, {
        ...change,
        values,
        spaceId: null,
        resourceType: 'permission',
        onWire: permissionOnWire,
      }),
    () => refuseTaken('PERMISSION_UPDATE_FAILED', null),
  );
}
