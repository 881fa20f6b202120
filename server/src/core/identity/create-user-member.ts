import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr, sentInstant } from '../kernel/index.ts';
import { MemberEntity, UserEntity, UserMemberEntity } from './entities.ts';
import { findInSpace } from './find-in-space.ts';
import { principalOf } from './principal-of.ts';
import { refusePrimary } from './refuse-primary.ts';
import { type EndNames, maySeeEmail, userMemberOnRecord } from './user-member-wire.ts';
import type { NamedUserMember } from './user-members.ts';

type Refused = Refusal<
  | 'SPACE_NOT_FOUND'
  | 'USER_NOT_FOUND'
  | 'MEMBER_NOT_FOUND'
  | 'USER_MEMBER_CREATE_FAILED'
  | 'VALIDATION_FAILED'
  | 'ADMIN_PERMISSION_REQUIRED'
>;

/**
 * Binds a User to a Member of the Space. Other bindings stay as they are, primary ones too: they may belong to Spaces
 * that the caller does not reach, and login only prefers a primary binding.
 */
export async function createUserMember(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['UserMemberCreate'],
): Promise<NamedUserMember | Refused> {
  const forbidden = body.is_primary === true ? refusePrimary(mutation) : null;
  if (forbidden !== null) return forbidden;
  const names = await endsOf(mutation, spaceId, body);
  if (isRefusal(names)) return names;
  const expiresAt = sentInstant(body.expires_at, '/expires_at');
  if (isRefusal(expiresAt)) return expiresAt;
  const linkedAt = sentInstant(body.linked_at, '/linked_at');
  if (isRefusal(linkedAt)) return linkedAt;
  const binding = await insertOr(
    mutation,
    UserMemberEntity,
    {
      id: body.id ?? newId('um'),
      userId: body.user_id,
      memberId: body.member_id,
      spaceId,
      relationType: body.relation_type,
      isPrimary: body.is_primary ?? false,
      expiresAt: expiresAt ?? null,
      linkedByMemberId: body.linked_by_member_id ?? null,
      linkedAt: linkedAt ?? mutation.now,
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('USER_MEMBER_CREATE_FAILED', field),
  );
  if (isRefusal(binding)) return binding;
  await mutation.record({
    action: 'user_member.created',
    spaceId,
    resourceType: 'user_member',
    resourceId: binding.id,
    before: null,
    after: userMemberOnRecord(binding, names),
  });
  return { binding, names };
}

async function endsOf(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['UserMemberCreate'],
): Promise<EndNames | Refused> {
  const { em } = mutation;
  const member = await findInSpace(em, MemberEntity, { spaceId, id: body.member_id }, 'MEMBER_NOT_FOUND');
  if (isRefusal(member)) return member;
  const user = await em.findOne(UserEntity, { id: body.user_id, deletedAt: null });
  if (user === null) return refuse('USER_NOT_FOUND');
  if (typeof body.linked_by_member_id === 'string') {
    const linker = await findInSpace(
      em,
      MemberEntity,
      { spaceId, id: body.linked_by_member_id },
      'MEMBER_NOT_FOUND',
    );
    if (isRefusal(linker)) return linker;
  }
  return {
    emails: new Map(maySeeEmail(principalOf(mutation), user.id) ? [[user.id, user.email]] : []),
    displayNames: new Map([[member.id, member.displayName]]),
  };
}
