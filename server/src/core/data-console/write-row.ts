import { LockMode } from '@mikro-orm/postgresql';
import { isRefusal, refuse, refuseForNow } from '../../contract/refusal.ts';
import type { Database } from '../../platform/database/index.ts';
import type { ValuesOf } from '../kernel/index.ts';
import { changeRow, type Mutation, type MutationRequest, recordedMutation } from '../kernel/index.ts';
import { type Resource, ResourceEntity, resourceNames, resourceOnWire } from '../registry/index.ts';
import type { RowDecision } from './decide-row.ts';
import { NO_SCOPES } from './services.ts';

/** How often a row is read and decided about anew when it was changed in between. */
const MAX_ATTEMPTS = 3;

/** A row changed while it was being decided about: what was decided is about another row. */
const stale = refuse('STALE');

/** What is to be written to a row that was decided about. */
export type RowWrite = {
  readonly action: 'resource.updated' | 'resource.deleted';
  /** New values, given the instant of the mutation. */
  readonly values: (now: Date) => ValuesOf<Resource>;
  readonly decided: RowDecision;
};

/**
 * Writes to a row exactly as it was when it was decided about; null when it has changed since. Values that it has
 * already write and record nothing.
 */
export async function writeRow(
  database: Database,
  request: MutationRequest,
  seen: Resource,
  { action, values, decided }: RowWrite,
) {
  const work = async (mutation: Mutation) => {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const { id, resourceType, spaceId } = seen;
    const row = await mutation.em.findOne(ResourceEntity, { id, resourceType, spaceId }, { lockMode });
    if (row === null) return stale;
    const changes = values(mutation.now);
    const { groupId, ownerMemberId } = changes;
    const names = await resourceNames(mutation.em, [row, { spaceId, groupId, ownerMemberId }]);
    const onWire = (resource: Resource) => resourceOnWire(resource, names);
    const changed = await changeRow(mutation, row, {
      ifVersion: seen.version,
      values: changes,
      action,
      spaceId,
      resourceType: 'resource',
      onWire,
    });
    if (isRefusal(changed)) return stale;
    const data = { row: onWire(changed), authorization: decided.authorization };
    return { status: 200 as const, data, version: changed.version, headers: decided.headers };
  };
  const reply = await recordedMutation(database, request, NO_SCOPES, work);
  return isRefusal(reply) ? null : reply;
}

/** Repeats an attempt that gave null for a row that has changed in between; gives up for now after some. */
export async function untilCurrent<Reply>(attempt: () => Promise<Reply | null>) {
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) {
    const reply = await attempt();
    if (reply !== null) return reply;
  }
  return refuseForNow('NOT_READY', 1);
}
