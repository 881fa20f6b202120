import { LockMode, type SqlEntityManager } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type ResourceType, ResourceTypeEntity } from './entities.ts';
import { nameFromKey } from './name-from-key.ts';
import { resourceTypeOnWire } from './registry-wire.ts';
import { type Precondition, upsertRow } from './upsert-row.ts';

/** A resource type by its key; null when there is none. */
export function findResourceType(em: SqlEntityManager, key: string): Promise<ResourceType | null> {
  return em.findOne(ResourceTypeEntity, { key });
}

/** Registers a resource type under its key, or changes the one that has it. */
export async function upsertResourceType(
  mutation: Mutation,
  body: components['schemas']['ResourceTypeUpsert'],
  precondition: Precondition,
) {
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const row = await mutation.em.findOne(ResourceTypeEntity, { key: body.key }, { lockMode });
  return upsertRow(mutation, {
    precondition,
    row,
    id: body.id,
    noun: 'resource_type',
    values: {
      displayName: body.display_name,
      description: body.description,
      status: body.status,
      source: body.source,
      metadata: body.metadata,
    },
    insert: () =>
      insertOr(
        mutation,
        ResourceTypeEntity,
        {
          id: body.id ?? newId('rt'),
          key: body.key,
          displayName: body.display_name ?? nameFromKey(body.key),
          description: body.description ?? null,
          status: body.status ?? 'active',
          source: body.source ?? 'core',
          metadata: body.metadata ?? {},
        },
        (field) => refuseTaken('RESOURCE_TYPE_UPSERT_FAILED', field),
      ),
    onWire: resourceTypeOnWire,
    taken: 'RESOURCE_TYPE_UPSERT_FAILED',
  });
}
