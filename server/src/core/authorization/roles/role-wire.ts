import type { components } from '../../../contract/generated/core/types.ts';
import type { Role } from '../entities.ts';

/** A Role as the contract shows it. */
export function roleOnWire(role: Role): components['schemas']['Role'] {
  return {
    id: role.id,
    space_id: role.spaceId,
    key: role.key,
    name: role.name,
    description: role.description ?? null,
    status: role.status,
    metadata: role.metadata,
    created_at: role.createdAt.toISOString(),
    updated_at: role.updatedAt.toISOString(),
  };
}
