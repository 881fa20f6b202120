import type { components } from '../../contract/generated/core/types.ts';
import type { Space } from './entities.ts';

/** A Space as the contract shows it. */
export function spaceOnWire(space: Space): components['schemas']['Space'] {
  return {
    id: space.id,
    name: space.name,
    slug: space.slug ?? null,
    type: space.type,
    status: space.status,
    metadata: space.metadata,
    created_at: space.createdAt.toISOString(),
    updated_at: space.updatedAt.toISOString(),
  };
}
