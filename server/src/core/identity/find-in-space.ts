import type { EntityName, EntitySchema, FilterQuery, InferEntity } from '@mikro-orm/core';
import { LockMode, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import { findSpace } from './spaces.ts';

/** Where an object is looked for. */
type Place = { readonly spaceId: string; readonly id: string };

/** What is not there: the Space, or the object within it. */
type Absent<Missing extends string> = Refusal<Missing> | Refusal<'SPACE_NOT_FOUND'>;

/** An object of a Space; one of another Space is as absent as one that nobody has made. */
export function findInSpace<Schema extends EntitySchema, Missing extends string>(
  em: SqlEntityManager,
  entity: Schema,
  place: Place,
  missing: Missing,
): Promise<InferEntity<Schema> | Absent<Missing>> {
  return find(em, entity, place, missing, false);
}

/** The same with its row locked until the transaction ends, to be changed. */
export function findInSpaceForChange<Schema extends EntitySchema, Missing extends string>(
  em: SqlEntityManager,
  entity: Schema,
  place: Place,
  missing: Missing,
): Promise<InferEntity<Schema> | Absent<Missing>> {
  return find(em, entity, place, missing, true);
}

async function find<Schema extends EntitySchema, Missing extends string>(
  em: SqlEntityManager,
  entity: Schema,
  { spaceId, id }: Place,
  missing: Missing,
  locked: boolean,
): Promise<InferEntity<Schema> | Absent<Missing>> {
  const found = await em.findOne(
    entity as unknown as EntityName<object>,
    { id, spaceId, deletedAt: null } as FilterQuery<object>,
    locked ? { lockMode: LockMode.PESSIMISTIC_WRITE } : {},
  );
  if (found !== null) return found as InferEntity<Schema>;
  return (await findSpace(em, spaceId)) === null ? refuse('SPACE_NOT_FOUND') : refuse(missing);
}
