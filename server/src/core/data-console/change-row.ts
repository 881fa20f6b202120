import type { CoreInput } from '../../contract/core.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import type { Database } from '../../platform/database/index.ts';
import { type Resource, ResourceEntity } from '../registry/index.ts';
import { decideRow } from './decide-row.ts';
import { refuseReferences, refuseType } from './refuse-row.ts';
import { actorInBody, actorInQuery } from './row-actor.ts';
import { aboutProposed, aboutStored, type RowState } from './row-question.ts';
import type { DataConsoleServices } from './services.ts';
import { untilCurrent, writeRow } from './write-row.ts';

/** Changes a row when the decisions about it, as it is and as it would be, are allow. */
export async function updateRow(services: DataConsoleServices, input: CoreInput<'updateDataRow'>) {
  const { database, auditMode } = services;
  const { body, params, access } = input;
  const unserved = await refuseType(database.pool, params.resource_type);
  if (unserved !== null) return unserved;
  const actor = actorInBody(access.principal, body.actor);
  if (isRefusal(actor)) return actor;
  return untilCurrent(async () => {
    const row = await seenRow(database, input);
    if (isRefusal(row)) return row;
    if (row.status !== 'active') return refuse('RESOURCE_UPDATE_FAILED', { field: 'status' });
    const unknown = await refuseReferences(database.entities(), row.spaceId, body);
    if (unknown !== null) return unknown;
    const values = {
      groupId: body.group_id,
      ownerMemberId: body.owner_member_id,
      displayName: body.display_name,
      visibility: body.visibility,
      metadata: body.metadata,
    };
    const present = await decideRow(database.pool, auditMode, input, aboutStored(actor, 'update', row));
    if (isRefusal(present)) return present;
    const proposed = aboutProposed(actor, 'update', stateAfter(row, body));
    const decided = await decideRow(database.pool, auditMode, input, proposed);
    if (isRefusal(decided)) return decided;
    return writeRow(database, input, row, { action: 'resource.updated', values: () => values, decided });
  });
}

/** Marks a row as deleted, for good, when the decision about it is allow. */
export async function deleteRow(services: DataConsoleServices, input: CoreInput<'deleteDataRow'>) {
  const { database, auditMode } = services;
  const { params, access } = input;
  const unserved = await refuseType(database.pool, params.resource_type);
  if (unserved !== null) return unserved;
  const actor = await actorInQuery(database.pool, access.principal, params.actor_user_member_id);
  if (isRefusal(actor)) return actor;
  return untilCurrent(async () => {
    const row = await seenRow(database, input);
    if (isRefusal(row)) return row;
    const decided = await decideRow(database.pool, auditMode, input, aboutStored(actor, 'delete', row));
    if (isRefusal(decided)) return decided;
    const values = (now: Date) => ({ status: 'deleted' as const, deletedAt: now });
    return writeRow(database, input, row, { action: 'resource.deleted', values, decided });
  });
}

async function seenRow(
  database: Database,
  {
    params,
    ifVersion,
  }: {
    readonly params: { readonly resource_type: string; readonly resource_id: string };
    readonly ifVersion: number | null;
  },
) {
  const where = { id: params.resource_id, resourceType: params.resource_type, deletedAt: null };
  const row = await database.entities().findOne(ResourceEntity, where);
  if (row === null) return refuse('RESOURCE_NOT_FOUND');
  return ifVersion === null || ifVersion === row.version ? row : refuse('PRECONDITION_FAILED');
}

/** The row with what was sent: what was left out stays, null clears. */
function stateAfter(row: Resource, sent: CoreInput<'updateDataRow'>['body']): RowState {
  return {
    id: row.id,
    resourceType: row.resourceType,
    spaceId: row.spaceId,
    groupId: sent.group_id === undefined ? (row.groupId ?? null) : sent.group_id,
    ownerMemberId: sent.owner_member_id === undefined ? (row.ownerMemberId ?? null) : sent.owner_member_id,
    displayName: sent.display_name === undefined ? (row.displayName ?? null) : sent.display_name,
    visibility: sent.visibility ?? row.visibility,
    metadata: sent.metadata ?? row.metadata,
  };
}
