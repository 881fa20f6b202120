import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { instant, metadata, mutableRow } from '../../platform/schema-check/index.ts';

/** A kind of business object, table `resource_types`. */
export const ResourceTypeEntity = defineEntity({
  name: 'ResourceType',
  tableName: 'resource_types',
  properties: {
    id: p.text().primary(),
    key: p.text(),
    displayName: p.text(),
    description: p.text().nullable(),
    status: p.enum(['active', 'disabled']).default('active'),
    source: p.text().default('core'),
    metadata: metadata(),
    ...mutableRow(),
  },
});
/** A row of `resource_types`. */
export type ResourceType = InferEntity<typeof ResourceTypeEntity>;

/** What can be done to objects of a type, table `resource_actions`. */
export const ResourceActionEntity = defineEntity({
  name: 'ResourceAction',
  tableName: 'resource_actions',
  properties: {
    id: p.text().primary(),
    resourceTypeId: p.text(),
    key: p.text(),
    displayName: p.text(),
    description: p.text().nullable(),
    status: p.enum(['active', 'disabled']).default('active'),
    riskLevel: p.enum(['low', 'normal', 'high', 'critical']).default('normal'),
    auditDefault: p.boolean().default(true),
    metadata: metadata(),
    ...mutableRow(),
  },
});
/** A row of `resource_actions`. */
export type ResourceAction = InferEntity<typeof ResourceActionEntity>;

/** Where and under which names rows of a type are kept, table `resource_mappings`. */
export const ResourceMappingEntity = defineEntity({
  name: 'ResourceMapping',
  tableName: 'resource_mappings',
  properties: {
    id: p.text().primary(),
    resourceTypeId: p.text(),
    storageKind: p.enum(['internal_table', 'plugin_managed']).default('internal_table'),
    tableName: p.text().nullable(),
    idField: p.text().default('id'),
    spaceField: p.text().default('space_id'),
    groupField: p.text().nullable(),
    ownerMemberField: p.text().nullable(),
    visibilityField: p.text().nullable(),
    metadataField: p.text().nullable(),
    status: p.enum(['active', 'disabled']).default('active'),
    metadata: metadata(),
    ...mutableRow(),
  },
});
/** A row of `resource_mappings`. */
export type ResourceMapping = InferEntity<typeof ResourceMappingEntity>;

/** A registered business object, table `resources`. `resourceType` is the type's key. */
export const ResourceEntity = defineEntity({
  name: 'Resource',
  tableName: 'resources',
  properties: {
    id: p.text().primary(),
    resourceType: p.text(),
    externalId: p.text().nullable(),
    spaceId: p.text(),
    groupId: p.text().nullable(),
    ownerMemberId: p.text().nullable(),
    displayName: p.text().nullable(),
    visibility: p.text().default('private'),
    status: p.enum(['active', 'archived', 'deleted']).default('active'),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `resources`. */
export type Resource = InferEntity<typeof ResourceEntity>;
