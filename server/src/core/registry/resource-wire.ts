import type { components } from '../../contract/generated/core/types.ts';
import type { Resource } from './entities.ts';
import type { ResourceNames } from './resource-names.ts';

/** A Resource as the contract shows it, with the names of what it belongs to. */
export function resourceOnWire(resource: Resource, names: ResourceNames): components['schemas']['Resource'] {
  const { groupId, ownerMemberId } = resource;
  return {
    id: resource.id,
    resource_type: resource.resourceType,
    external_id: resource.externalId ?? null,
    display_name: resource.displayName ?? null,
    space_id: resource.spaceId,
    space_name: names.spaces.get(resource.spaceId) ?? '',
    group_id: groupId ?? null,
    group_path: (groupId && names.groupPaths.get(groupId)) ?? null,
    owner_member_id: ownerMemberId ?? null,
    owner_member_display_name: (ownerMemberId && names.members.get(ownerMemberId)) ?? null,
    visibility: resource.visibility,
    status: resource.status,
    metadata: resource.metadata,
    created_at: resource.createdAt.toISOString(),
    updated_at: resource.updatedAt.toISOString(),
    deleted_at: resource.deletedAt?.toISOString() ?? null,
  };
}
