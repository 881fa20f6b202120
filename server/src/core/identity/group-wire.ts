import type { components } from '../../contract/generated/core/types.ts';
import type { Group } from './entities.ts';

/** A Group as the contract shows it. */
export function groupOnWire(group: Group): components['schemas']['Group'] {
  return {
    id: group.id,
    space_id: group.spaceId,
    parent_group_id: group.parentGroupId ?? null,
    name: group.name,
    display_name: group.displayName ?? null,
    path: group.path,
    depth: group.depth,
    sort_order: group.sortOrder,
    status: group.status,
    metadata: group.metadata,
    created_at: group.createdAt.toISOString(),
    updated_at: group.updatedAt.toISOString(),
  };
}
