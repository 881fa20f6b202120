import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type Refusal, refuse } from '../../../contract/refusal.ts';
import { findSpace } from '../../identity/index.ts';

/** Refuses for an id that a Space does not have: with `code`, or SPACE_NOT_FOUND when there is no such Space. */
export async function absentIn<const Code extends string>(
  em: SqlEntityManager,
  spaceId: string,
  code: Code,
): Promise<Refusal<Code | 'SPACE_NOT_FOUND'>> {
  return refuse((await findSpace(em, spaceId)) === null ? 'SPACE_NOT_FOUND' : code);
}
