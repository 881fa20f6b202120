import { LockMode } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { type Refusal, refuse, refuseInput, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type ResourceMapping, ResourceMappingEntity } from './entities.ts';
import { resourceMappingOnWire } from './registry-wire.ts';
import { findResourceType } from './resource-types.ts';
import { type Precondition, upsertRow } from './upsert-row.ts';

type Body = components['schemas']['ResourceMappingUpsert'];

/** The table of registered Resources, the only one that the storage kind `internal_table` stands for. */
const RESOURCE_TABLE = 'resources';

/** Registers the mapping of a resource type, or changes the one that it has. */
export async function upsertResourceMapping(
  mutation: Mutation,
  typeKey: string,
  body: Body,
  precondition: Precondition,
) {
  const type = await findResourceType(mutation.em, typeKey);
  if (type === null) return refuse('RESOURCE_TYPE_NOT_FOUND');
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const row = await mutation.em.findOne(ResourceMappingEntity, { resourceTypeId: type.id }, { lockMode });
  const refused = refuseForeignTable(row, body);
  if (refused !== null) return refused;
  return upsertRow(mutation, {
    precondition,
    row,
    id: body.id,
    noun: 'resource_mapping',
    values: fieldsOf(body),
    insert: () =>
      insertOr(
        mutation,
        ResourceMappingEntity,
        {
          id: body.id ?? newId('rm'),
          resourceTypeId: type.id,
          storageKind: body.storage_kind ?? 'internal_table',
          tableName: body.table_name === undefined ? RESOURCE_TABLE : body.table_name,
          idField: body.id_field ?? 'id',
          spaceField: body.space_field ?? 'space_id',
          groupField: body.group_field ?? null,
          ownerMemberField: body.owner_member_field ?? null,
          visibilityField: body.visibility_field ?? null,
          metadataField: body.metadata_field ?? null,
          status: body.status ?? 'active',
          metadata: body.metadata ?? {},
        },
        (field) => refuseTaken('RESOURCE_MAPPING_UPSERT_FAILED', field),
      ),
    onWire: (mapping) => resourceMappingOnWire(mapping, type.key),
    taken: 'RESOURCE_MAPPING_UPSERT_FAILED',
  });
}

function fieldsOf(body: Body) {
  return {
    storageKind: body.storage_kind,
    tableName: body.table_name,
    idField: body.id_field,
    spaceField: body.space_field,
    groupField: body.group_field,
    ownerMemberField: body.owner_member_field,
    visibilityField: body.visibility_field,
    metadataField: body.metadata_field,
    status: body.status,
    metadata: body.metadata,
  };
}

/** Looks at the mapping as it will be: kind and table may come in different requests. */
function refuseForeignTable(row: ResourceMapping | null, body: Body): Refusal<'VALIDATION_FAILED'> | null {
  const kind = body.storage_kind ?? row?.storageKind ?? 'internal_table';
  const stored = row === null ? RESOURCE_TABLE : (row.tableName ?? null);
  const table = body.table_name === undefined ? stored : body.table_name;
  if (kind !== 'internal_table' || table === RESOURCE_TABLE) return null;
  const message = `A mapping with storage_kind internal_table has the table_name ${RESOURCE_TABLE}.`;
  return refuseInput('/table_name', 'storage', message);
}
