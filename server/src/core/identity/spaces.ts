import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type Space, SpaceEntity } from './entities.ts';

/** A Space by its id; null when there is none. */
export function findSpace(em: SqlEntityManager, id: string): Promise<Space | null> {
  return em.findOne(SpaceEntity, { id, deletedAt: null });
}
