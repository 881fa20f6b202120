import { LockMode, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Space, SpaceEntity } from './entities.ts';

/** A Space by its id; null when there is none. */
export function findSpace(em: SqlEntityManager, id: string): Promise<Space | null> {
  return em.findOne(SpaceEntity, { id, deletedAt: null });
}

/** The same with its row locked until the transaction ends, to be changed. */
export function findSpaceForChange(em: SqlEntityManager, id: string): Promise<Space | null> {
  return em.findOne(SpaceEntity, { id, deletedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}
