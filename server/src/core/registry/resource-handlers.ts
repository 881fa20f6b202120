import type { FilterQuery } from '@mikro-orm/postgresql';
import type { CoreHandlers, CoreInput } from '../../contract/core.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { findSpace } from '../identity/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import {
  archiveResource,
  deleteResource,
  type ResourceTarget,
  restoreResource,
  updateResource,
} from './change-resource.ts';
import { createResource } from './create-resource.ts';
import { type Resource, ResourceEntity } from './entities.ts';
import { resourceNames } from './resource-names.ts';
import { resourceOnWire } from './resource-wire.ts';
import { ofType, resourcesWithin } from './resources-within.ts';

type ResourceOperations =
  | 'listResources'
  | 'createResource'
  | 'getResourceByTypeAndID'
  | 'listSpaceResources'
  | 'createSpaceResource'
  | 'getSpaceResource'
  | 'updateSpaceResource'
  | 'archiveSpaceResource'
  | 'restoreSpaceResource'
  | 'deleteSpaceResource';

/** Resources move no revision: a decision verifies the row itself, so their mutations lock no scope. */
const NO_SCOPES: readonly string[] = [];

/** Resources: wire to domain and back. */
export function resourceHandlers(database: Database): CoreHandlers<ResourceOperations> {
  return {
    listResources: (input) => page(database, input, input.params.space_id),
    listSpaceResources: (input) => page(database, input, input.params.space_id),
    createResource: (input) =>
      recordedMutation(database, input, NO_SCOPES, (mutation) =>
        createResource(mutation, input.body.space_id, input.body),
      ),
    createSpaceResource: (input) =>
      recordedMutation(database, input, NO_SCOPES, (mutation) =>
        createResource(mutation, input.params.space_id, input.body),
      ),
    async getResourceByTypeAndID({ params }) {
      const em = database.entities();
      const where = { id: params.resource_id, resourceType: params.resource_type, deletedAt: null };
      const resource = await em.findOne(ResourceEntity, where);
      return resource === null ? refuse('RESOURCE_NOT_FOUND') : found(database, resource);
    },
    async getSpaceResource({ params }) {
      const em = database.entities();
      const { space_id: spaceId, resource_id: id } = params;
      const resource = await em.findOne(ResourceEntity, { id, spaceId, deletedAt: null });
      if (resource !== null) return found(database, resource);
      return refuse((await findSpace(em, spaceId)) === null ? 'SPACE_NOT_FOUND' : 'RESOURCE_NOT_FOUND');
    },
    updateSpaceResource: (input) =>
      recordedMutation(database, input, NO_SCOPES, (mutation) =>
        updateResource(mutation, targetOf(input), input.body),
      ),
    archiveSpaceResource: (input) =>
      recordedMutation(database, input, NO_SCOPES, (mutation) => archiveResource(mutation, targetOf(input))),
    restoreSpaceResource: (input) =>
      recordedMutation(database, input, NO_SCOPES, (mutation) => restoreResource(mutation, targetOf(input))),
    deleteSpaceResource: (input) =>
      recordedMutation(database, input, NO_SCOPES, (mutation) => deleteResource(mutation, targetOf(input))),
  };
}

async function page(
  database: Database,
  { params, page, access }: CoreInput<'listResources'> | CoreInput<'listSpaceResources'>,
  spaceId: string | undefined,
) {
  const em = database.entities();
  if (spaceId !== undefined && (await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
  const filters = Object.entries({
    spaceId,
    resourceType: params.resource_type && ofType(params.resource_type, page.after),
    groupId: params.group_id,
    ownerMemberId: params.owner_member_id,
    externalId: params.external_id,
    status: params.status,
  }).filter(([, value]) => value !== undefined);
  const where = {
    $and: [{ ...Object.fromEntries(filters), deletedAt: null }, resourcesWithin(access.reaches)],
  };
  const order = ['resourceType', 'id'] as const;
  const { rows, next } = await keysetPage(em, ResourceEntity, where as FilterQuery<Resource>, order, page);
  const names = await resourceNames(em, rows);
  return { status: 200 as const, data: rows.map((row) => resourceOnWire(row, names)), next };
}

async function found(database: Database, resource: Resource) {
  const names = await resourceNames(database.entities(), [resource]);
  return { status: 200 as const, data: resourceOnWire(resource, names), version: resource.version };
}

function targetOf(input: {
  readonly params: { readonly space_id: string; readonly resource_id: string };
  readonly ifVersion: number | null;
}): ResourceTarget {
  const { space_id: spaceId, resource_id: resourceId } = input.params;
  return { spaceId, resourceId, ifVersion: input.ifVersion };
}
