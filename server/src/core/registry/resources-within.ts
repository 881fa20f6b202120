import { type FilterQuery, raw } from '@mikro-orm/postgresql';
import type { Reach } from '../../contract/reach.ts';
import type { Resource } from './entities.ts';

/** The Resources that lie within any of the reaches, as a condition for the database. */
export function resourcesWithin(reaches: readonly Reach[]): FilterQuery<Resource> {
  if (reaches.some(({ level }) => level === 'instance')) return {};
  // An empty list of alternatives would be no condition at all.
  if (reaches.length === 0) return { id: { $in: [] } };
  return { $or: reaches.map(withinOne) } as FilterQuery<Resource>;
}

function withinOne(reach: Reach): FilterQuery<Resource> {
  if (reach.level === 'instance') return {};
  if (reach.level === 'space') return { spaceId: reach.spaceId };
  // Paths hold `_`, which LIKE would take for any character: starts_with takes the prefix as it is.
  const atOrBelow = raw(
    (alias) => `exists (select from groups as at where at.space_id = ${alias}.space_id
      and at.id = ${alias}.group_id and (at.path = ? or starts_with(at.path, ?)))`,
    [reach.groupPath, `${reach.groupPath}.`],
  );
  return { spaceId: reach.spaceId, [atOrBelow]: [] };
}

/**
 * The condition of a page that its Resources are of one type. As a range it leaves the type a part of the order: with
 * `=` the order would be that of the ids alone, and PostgreSQL would walk along all ids of all types. A later page
 * begins at the keys of the one before, and needs no other lower bound, which the scan would start at instead.
 */
export function ofType(
  resourceType: string,
  after: unknown,
): { readonly $gte?: string; readonly $lte: string } {
  return after === null ? { $gte: resourceType, $lte: resourceType } : { $lte: resourceType };
}
