import type { components } from '../../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../../contract/refusal.ts';
import { newId } from '../../../platform/ids/index.ts';
import { findSpace, GroupEntity, MemberEntity } from '../../identity/index.ts';
import type { Mutation } from '../../kernel/index.ts';
import { insertOr } from '../../kernel/index.ts';
import { MemberRoleEntity, RoleEntity } from '../entities.ts';
import { type ViewedMemberRole, viewMemberRole } from './member-role-view.ts';
import { windowAfter } from './member-role-window.ts';
import { viewedMemberRoleOnWire } from './member-role-wire.ts';

type Refused = Refusal<
  | 'VALIDATION_FAILED'
  | 'SPACE_NOT_FOUND'
  | 'MEMBER_NOT_FOUND'
  | 'ROLE_NOT_FOUND'
  | 'GROUP_NOT_FOUND'
  | 'MEMBER_ROLE_CREATE_FAILED'
>;

/**
 * Assigns a Role to a Member for a window of time. The database keeps windows of the same Role at the same anchor
 * apart; revoked assignments bar nothing.
 */
export async function createMemberRole(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['MemberRoleCreate'],
): Promise<ViewedMemberRole | Refused> {
  const window = windowAfter({ notBefore: null, expiresAt: null }, body);
  if (isRefusal(window)) return window;
  const missing = await missingPart(mutation, spaceId, body);
  if (missing !== null) return missing;
  const assignment = await insertOr(
    mutation,
    MemberRoleEntity,
    {
      id: body.id ?? newId('mr'),
      spaceId,
      memberId: body.member_id,
      roleId: body.role_id,
      scopeAnchorGroupId: body.scope_anchor_group_id ?? null,
      ...window,
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('MEMBER_ROLE_CREATE_FAILED', field),
  );
  if (isRefusal(assignment)) return assignment;
  const viewed = await viewMemberRole(mutation, spaceId, assignment.id);
  if (viewed === null) throw new Error('A new assignment cannot be read in its own transaction.');
  await mutation.record({
    action: 'member_role.created',
    spaceId,
    resourceType: 'member_role',
    resourceId: viewed.id,
    before: null,
    after: viewedMemberRoleOnWire(viewed),
  });
  return viewed;
}

/** Refuses for the first of Space, Member, Role and anchor that is not there, or not of the Space. */
async function missingPart(
  { em }: Mutation,
  spaceId: string,
  body: components['schemas']['MemberRoleCreate'],
): Promise<Refused | null> {
  const within = (id: string) => ({ id, spaceId, deletedAt: null });
  if ((await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
  if ((await em.findOne(MemberEntity, within(body.member_id))) === null) return refuse('MEMBER_NOT_FOUND');
  if ((await em.findOne(RoleEntity, within(body.role_id))) === null) return refuse('ROLE_NOT_FOUND');
  const anchor = body.scope_anchor_group_id ?? null;
  if (anchor === null || (await em.findOne(GroupEntity, within(anchor))) !== null) return null;
  return refuse('GROUP_NOT_FOUND');
}
