import type { components } from '../../../contract/generated/core/types.ts';
import type { Facts, ResourceActionFacts, ResourceMappingFacts, ResourceTypeFacts } from './facts.ts';
import { open, shown } from './trace-values.ts';

type Wire = components['schemas'];

type RegistryPart = {
  readonly of: Pick<Facts, 'resourceType' | 'resourceMapping'>;
  readonly part: Wire['AuthzTrace']['resource_registry'];
  readonly json: string;
};
/**
 * By the action, or by the type where there is no such action; gone with it. What is registered is replaced, never
 * changed, and its metadata is shown up to a length, so that an action takes 25,000 characters at most.
 */
const registryParts = new WeakMap<object, RegistryPart>();

/** What is registered about the type and the action, as a trace shows it, and the same as JSON. */
export function registryPart(facts: Facts): Pick<RegistryPart, 'part' | 'json'> {
  const { resourceType, resourceAction, resourceMapping } = facts;
  if (resourceType === null) return { part: null, json: 'null' };
  const key = resourceAction ?? resourceType;
  const known = registryParts.get(key);
  if (known?.of.resourceType === resourceType && known.of.resourceMapping === resourceMapping) return known;
  const part = madeRegistryPart(resourceType, resourceAction, resourceMapping);
  const of = { resourceType, resourceMapping };
  const made = { of, part, json: JSON.stringify(part) };
  registryParts.set(key, made);
  return made;
}

function madeRegistryPart(
  type: ResourceTypeFacts,
  action: ResourceActionFacts | null,
  mapping: ResourceMappingFacts | null,
): Wire['AuthzTrace']['resource_registry'] {
  return {
    resource_type: {
      id: type.id,
      key: type.key,
      display_name: type.displayName,
      description: type.description,
      status: open(type.status),
      source: type.source,
      metadata: shown(type.metadata),
    },
    action: action && {
      id: action.id,
      resource_type_id: action.resourceTypeId,
      key: action.key,
      display_name: action.displayName,
      description: action.description,
      status: open(action.status),
      risk_level: open(action.riskLevel),
      audit_default: action.auditDefault,
      metadata: shown(action.metadata),
    },
    mapping: mapping && {
      id: mapping.id,
      resource_type_id: mapping.resourceTypeId,
      storage_kind: open(mapping.storageKind),
      table_name: mapping.tableName,
      id_field: mapping.idField,
      space_field: mapping.spaceField,
      group_field: mapping.groupField,
      owner_member_field: mapping.ownerMemberField,
      visibility_field: mapping.visibilityField,
      metadata_field: mapping.metadataField,
      status: open(mapping.status),
      metadata: shown(mapping.metadata),
    },
  };
}
