import type { components } from '../../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../../contract/refusal.ts';
import { newId } from '../../../platform/ids/index.ts';
import { findInSpaceForChange, findSpace } from '../../identity/index.ts';
import type { Mutation } from '../../kernel/index.ts';
import { changeRow, insertOr, type VersionedChange } from '../../kernel/index.ts';
import { type Role, RoleEntity } from '../entities.ts';
import { roleOnWire } from './role-wire.ts';

/** What is to become of a Role. */
export type RoleChange = Pick<VersionedChange<Role>, 'values' | 'ifVersion'> & {
  readonly action: 'role.updated' | 'role.disabled' | 'role.restored';
};

/** Creates a Role that holds nothing. Its name is its key unless it is given one. */
export async function createRole(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['RoleCreate'],
): Promise<Role | Refusal<'SPACE_NOT_FOUND' | 'ROLE_CREATE_FAILED'>> {
  if ((await findSpace(mutation.em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
  const role = await insertOr(
    mutation,
    RoleEntity,
    {
      id: body.id ?? newId('role'),
      spaceId,
      key: body.key,
      name: body.name ?? body.key,
      description: body.description ?? null,
      status: body.status ?? 'active',
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('ROLE_CREATE_FAILED', field),
  );
  if (isRefusal(role)) return role;
  await mutation.record({
    action: 'role.created',
    spaceId,
    resourceType: 'role',
    resourceId: role.id,
    before: null,
    after: roleOnWire(role),
  });
  return role;
}

/** Changes a Role of a Space. */
export async function changeRole(
  mutation: Mutation,
  place: { readonly space_id: string; readonly role_id: string },
  change: RoleChange,
): Promise<Role | Refusal<'SPACE_NOT_FOUND' | 'ROLE_NOT_FOUND' | 'PRECONDITION_FAILED'>> {
  const spaceId = place.space_id;
  const named = { spaceId, id: place.role_id };
  const role = await findInSpaceForChange(mutation.em, RoleEntity, named, 'ROLE_NOT_FOUND');
  if (isRefusal(role)) return role;
  return changeRow(mutation, role, { ...change, spaceId, resourceType: 'role', onWire: roleOnWire });
}
