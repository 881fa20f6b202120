import type { components } from '../../contract/generated/core/types.ts';
import type { ResourceAction, ResourceMapping, ResourceType } from './entities.ts';

/** A resource type as the contract shows it. */
export function resourceTypeOnWire(type: ResourceType): components['schemas']['ResourceType'] {
  return {
    id: type.id,
    key: type.key,
    display_name: type.displayName,
    description: type.description ?? null,
    status: type.status,
    source: type.source,
    metadata: type.metadata,
    created_at: type.createdAt.toISOString(),
    updated_at: type.updatedAt.toISOString(),
  };
}

/** An action of the type with the key `typeKey` as the contract shows it. */
export function resourceActionOnWire(
  action: ResourceAction,
  typeKey: string,
): components['schemas']['ResourceAction'] {
  return {
    id: action.id,
    resource_type_id: action.resourceTypeId,
    resource_type: typeKey,
    key: action.key,
    display_name: action.displayName,
    description: action.description ?? null,
    risk_level: action.riskLevel,
    audit_default: action.auditDefault,
    status: action.status,
    metadata: action.metadata,
    created_at: action.createdAt.toISOString(),
    updated_at: action.updatedAt.toISOString(),
  };
}

/** The mapping of the type with the key `typeKey` as the contract shows it. */
export function resourceMappingOnWire(
  mapping: ResourceMapping,
  typeKey: string,
): components['schemas']['ResourceMapping'] {
  return {
    id: mapping.id,
    resource_type_id: mapping.resourceTypeId,
    resource_type: typeKey,
    storage_kind: mapping.storageKind,
    table_name: mapping.tableName ?? null,
    id_field: mapping.idField,
    space_field: mapping.spaceField,
    group_field: mapping.groupField ?? null,
    owner_member_field: mapping.ownerMemberField ?? null,
    visibility_field: mapping.visibilityField ?? null,
    metadata_field: mapping.metadataField ?? null,
    status: mapping.status,
    metadata: mapping.metadata,
    created_at: mapping.createdAt.toISOString(),
    updated_at: mapping.updatedAt.toISOString(),
  };
}
