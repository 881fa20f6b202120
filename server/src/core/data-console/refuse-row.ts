import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { GroupEntity, MemberEntity } from '../identity/index.ts';
import { isServed } from './data-tables.ts';

/** Refuses a type that is not registered, or whose rows are kept elsewhere. Null when its rows are served. */
export async function refuseType(
  connection: Queryable,
  resourceType: string,
): Promise<Refusal<'RESOURCE_TYPE_NOT_FOUND' | 'UNSUPPORTED_RESOURCE_MAPPING'> | null> {
  const served = await isServed(connection, resourceType);
  if (served === null) return refuse('RESOURCE_TYPE_NOT_FOUND');
  return served ? null : refuse('UNSUPPORTED_RESOURCE_MAPPING');
}

/** Refuses a Group or an owner that the Space does not have. Null when all is well; null and undefined name nothing. */
export async function refuseReferences(
  em: SqlEntityManager,
  spaceId: string,
  named: { readonly group_id?: string | null; readonly owner_member_id?: string | null },
): Promise<Refusal<'GROUP_NOT_FOUND' | 'MEMBER_NOT_FOUND'> | null> {
  const { group_id: groupId, owner_member_id: memberId } = named;
  const where = (id: string) => ({ id, spaceId, deletedAt: null });
  if (typeof groupId === 'string' && (await em.count(GroupEntity, where(groupId))) === 0) {
    return refuse('GROUP_NOT_FOUND');
  }
  if (typeof memberId === 'string' && (await em.count(MemberEntity, where(memberId))) === 0) {
    return refuse('MEMBER_NOT_FOUND');
  }
  return null;
}
