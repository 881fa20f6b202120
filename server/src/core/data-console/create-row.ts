import type { CoreInput } from '../../contract/core.ts';
import { isRefusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import type { Database } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { findSpace } from '../identity/index.ts';
import { insertOr, recordedMutation } from '../kernel/index.ts';
import { ResourceEntity, resourceNames, resourceOnWire } from '../registry/index.ts';
import { decideRow, type RowDecision } from './decide-row.ts';
import { keptReply } from './kept-reply.ts';
import { refuseReferences, refuseType } from './refuse-row.ts';
import { actorInBody } from './row-actor.ts';
import { aboutProposed, type RowState } from './row-question.ts';
import { type DataConsoleServices, NO_SCOPES } from './services.ts';

type Input = CoreInput<'createDataRow'>;

/** Creates a row when the decision about it, as it would be, is allow. */
export async function createRow({ database, auditMode }: DataConsoleServices, input: Input) {
  const kept = await keptReply<Awaited<ReturnType<typeof insert>>>(database, input);
  if (kept !== null) return kept;
  const { body, params, access } = input;
  const unserved = await refuseType(database.pool, params.resource_type);
  if (unserved !== null) return unserved;
  const actor = actorInBody(access.principal, body.actor);
  if (isRefusal(actor)) return actor;
  const em = database.entities();
  if ((await findSpace(em, body.space_id)) === null) return refuse('SPACE_NOT_FOUND');
  const unknown = await refuseReferences(em, body.space_id, body);
  if (unknown !== null) return unknown;
  const row = {
    id: body.id ?? newId(params.resource_type),
    resourceType: params.resource_type,
    spaceId: body.space_id,
    groupId: body.group_id ?? null,
    ownerMemberId: body.owner_member_id === undefined ? actor.memberId : body.owner_member_id,
    displayName: body.display_name ?? null,
    visibility: body.visibility ?? 'private',
    metadata: body.metadata ?? {},
  };
  const decided = await decideRow(database.pool, auditMode, input, aboutProposed(actor, 'create', row));
  return isRefusal(decided) ? decided : insert(database, input, row, decided);
}

function insert(database: Database, input: Input, row: RowState, { authorization, headers }: RowDecision) {
  return recordedMutation(database, input, NO_SCOPES, async (mutation) => {
    const resource = await insertOr(mutation, ResourceEntity, { ...row }, (field) =>
      refuseTaken('RESOURCE_ALREADY_EXISTS', field),
    );
    if (isRefusal(resource)) return resource;
    const onWire = resourceOnWire(resource, await resourceNames(mutation.em, [row]));
    await mutation.record({
      action: 'resource.created',
      spaceId: row.spaceId,
      resourceType: 'resource',
      resourceId: row.id,
      before: null,
      after: onWire,
    });
    const data = { row: onWire, authorization };
    return { status: 201 as const, data, version: resource.version, headers };
  });
}
