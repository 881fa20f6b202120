import { LockMode } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { refuse, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { ResourceActionEntity } from './entities.ts';
import { nameFromKey } from './name-from-key.ts';
import { resourceActionOnWire } from './registry-wire.ts';
import { findResourceType } from './resource-types.ts';
import { type Precondition, upsertRow } from './upsert-row.ts';

/** Registers an action of a resource type under its key, or changes the one that has it. */
export async function upsertResourceAction(
  mutation: Mutation,
  typeKey: string,
  body: components['schemas']['ResourceActionUpsert'],
  precondition: Precondition,
) {
  const type = await findResourceType(mutation.em, typeKey);
  if (type === null) return refuse('RESOURCE_TYPE_NOT_FOUND');
  const where = { resourceTypeId: type.id, key: body.key };
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const row = await mutation.em.findOne(ResourceActionEntity, where, { lockMode });
  return upsertRow(mutation, {
    precondition,
    row,
    id: body.id,
    noun: 'resource_action',
    values: {
      displayName: body.display_name,
      description: body.description,
      riskLevel: body.risk_level,
      auditDefault: body.audit_default,
      status: body.status,
      metadata: body.metadata,
    },
    insert: () =>
      insertOr(
        mutation,
        ResourceActionEntity,
        {
          ...where,
          id: body.id ?? newId('ra'),
          displayName: body.display_name ?? nameFromKey(body.key),
          description: body.description ?? null,
          riskLevel: body.risk_level ?? 'normal',
          auditDefault: body.audit_default ?? true,
          status: body.status ?? 'active',
          metadata: body.metadata ?? {},
        },
        (field) => refuseTaken('RESOURCE_ACTION_UPSERT_FAILED', field),
      ),
    onWire: (action) => resourceActionOnWire(action, type.key),
    taken: 'RESOURCE_ACTION_UPSERT_FAILED',
  });
}
