import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Access } from '../../contract/ports.ts';
import { anyIncludes, type Place } from '../../contract/reach.ts';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import { reachesOf } from '../../contract/rights.ts';
import { GroupEntity, MemberEntity } from '../identity/index.ts';
import type { ResourceRefs } from './resource-names.ts';

const MANAGE = 'resources:manage';

/** Whether the caller may manage Resources at the Group with this path, or without one at the Space itself. */
export function mayManageAt(access: Access | null, spaceId: string, groupPath: string | null): boolean {
  if (access === null) return false;
  const place: Place =
    groupPath === null ? { kind: 'space', spaceId } : { kind: 'group', spaceId, groupPath };
  // All the places where the caller holds the permission: the guard has kept those of the old place only.
  return anyIncludes(reachesOf(access.principal, MANAGE), place);
}

/**
 * Refuses a Group or an owner that a Resource cannot be given: out of the caller's reach, unknown, or of another
 * Space. A caller that reaches one Group only is told nothing about the others. Null when all is well; what is
 * undefined is not looked at.
 */
export async function refusePlace(
  em: SqlEntityManager,
  access: Access | null,
  { spaceId, groupId, ownerMemberId }: ResourceRefs,
): Promise<Refusal<'ADMIN_PERMISSION_REQUIRED' | 'GROUP_NOT_FOUND' | 'MEMBER_NOT_FOUND'> | null> {
  if (groupId !== undefined) {
    const named = groupId === null ? null : { id: groupId, spaceId, deletedAt: null };
    const group = named && (await em.findOne(GroupEntity, named));
    if (!mayManageAt(access, spaceId, group?.path ?? null)) {
      return refuse('ADMIN_PERMISSION_REQUIRED', { permission: MANAGE });
    }
    if (named !== null && group === null) return refuse('GROUP_NOT_FOUND');
  }
  if (typeof ownerMemberId === 'string') {
    const owner = await em.findOne(MemberEntity, { id: ownerMemberId, spaceId, deletedAt: null });
    if (owner === null) return refuse('MEMBER_NOT_FOUND');
  }
  return null;
}
