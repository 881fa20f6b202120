import type { CoreHandlers } from '../../contract/core.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import { ResourceActionEntity, ResourceMappingEntity, ResourceTypeEntity } from './entities.ts';
import { resourceActionOnWire, resourceMappingOnWire, resourceTypeOnWire } from './registry-wire.ts';
import { upsertResourceAction } from './resource-actions.ts';
import { upsertResourceMapping } from './resource-mappings.ts';
import { findResourceType, upsertResourceType } from './resource-types.ts';
import { preconditionOf } from './upsert-row.ts';

type ResourceTypeOperations =
  | 'listResourceTypes'
  | 'upsertResourceType'
  | 'getResourceType'
  | 'listResourceActions'
  | 'upsertResourceAction'
  | 'getResourceMapping'
  | 'upsertResourceMapping';

/** The registry belongs to the instance: its mutations move the instance's revision. */
const INSTANCE = [null];

/** Resource types with their actions and mappings: wire to domain and back. */
export function resourceTypeHandlers(database: Database): CoreHandlers<ResourceTypeOperations> {
  return {
    async listResourceTypes({ page }) {
      const em = database.entities();
      const { rows, next } = await keysetPage(em, ResourceTypeEntity, {}, ['key', 'id'], page);
      return { status: 200, data: rows.map(resourceTypeOnWire), next };
    },
    upsertResourceType: (input) =>
      recordedMutation(database, input, INSTANCE, (mutation) =>
        upsertResourceType(mutation, input.body, preconditionOf(input)),
      ),
    async getResourceType({ params }) {
      const type = await findResourceType(database.entities(), params.resource_type);
      if (type === null) return refuse('RESOURCE_TYPE_NOT_FOUND');
      return { status: 200, data: resourceTypeOnWire(type), version: type.version };
    },
    async listResourceActions({ params, page }) {
      const em = database.entities();
      const type = await findResourceType(em, params.resource_type);
      if (type === null) return refuse('RESOURCE_TYPE_NOT_FOUND');
      const where = { resourceTypeId: type.id };
      const { rows, next } = await keysetPage(em, ResourceActionEntity, where, ['key', 'id'], page);
      return { status: 200, data: rows.map((action) => resourceActionOnWire(action, type.key)), next };
    },
    upsertResourceAction: (input) =>
      recordedMutation(database, input, INSTANCE, (mutation) =>
        upsertResourceAction(mutation, input.params.resource_type, input.body, preconditionOf(input)),
      ),
    async getResourceMapping({ params }) {
      const em = database.entities();
      const type = await findResourceType(em, params.resource_type);
      if (type === null) return refuse('RESOURCE_TYPE_NOT_FOUND');
      const mapping = await em.findOne(ResourceMappingEntity, { resourceTypeId: type.id });
      if (mapping === null) return refuse('RESOURCE_MAPPING_NOT_FOUND');
      return { status: 200, data: resourceMappingOnWire(mapping, type.key), version: mapping.version };
    },
    upsertResourceMapping: (input) =>
      recordedMutation(database, input, INSTANCE, (mutation) =>
        upsertResourceMapping(mutation, input.params.resource_type, input.body, preconditionOf(input)),
      ),
  };
}
