import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuseTaken } from '../../contract/refusal.ts';
import type { Mutation } from '../kernel/index.ts';
import { changeRow, sentInstant, type VersionedChange } from '../kernel/index.ts';
import { MemberEntity, type UserMember, UserMemberEntity } from './entities.ts';
import { findInSpace, findInSpaceForChange } from './find-in-space.ts';
import { principalOf } from './principal-of.ts';
import { refusePrimary } from './refuse-primary.ts';
import { type EndNames, endNamesOf, userMemberOnRecord } from './user-member-wire.ts';

/** A binding and what its two ends are called. */
export type NamedUserMember = { readonly binding: UserMember; readonly names: EndNames };

/** Which binding is to change, and the version that the caller has seen (null when it does not mind). */
export type ChangedUserMember = {
  readonly spaceId: string;
  readonly id: string;
  readonly ifVersion: number | null;
};

type Refused<Code extends string> = Refusal<
  'SPACE_NOT_FOUND' | 'USER_MEMBER_NOT_FOUND' | 'PRECONDITION_FAILED' | Code
>;

/** Changes a binding that is not revoked. An end in the past ends it, a later one makes it count again. */
export async function updateUserMember(
  mutation: Mutation,
  changed: ChangedUserMember,
  body: components['schemas']['UserMemberUpdate'],
): Promise<
  | NamedUserMember
  | Refused<
      'MEMBER_NOT_FOUND' | 'USER_MEMBER_UPDATE_FAILED' | 'VALIDATION_FAILED' | 'ADMIN_PERMISSION_REQUIRED'
    >
> {
  const binding = await findForChange(mutation, changed);
  if (isRefusal(binding)) return binding;
  if (binding.status === 'revoked') return refuseTaken('USER_MEMBER_UPDATE_FAILED', null);
  const forbidden = body.is_primary === true && !binding.isPrimary ? refusePrimary(mutation) : null;
  if (forbidden !== null) return forbidden;
  const expiresAt = sentInstant(body.expires_at, '/expires_at');
  if (isRefusal(expiresAt)) return expiresAt;
  const linkedAt = sentInstant(body.linked_at, '/linked_at');
  if (isRefusal(linkedAt)) return linkedAt;
  const linkedByMemberId = body.linked_by_member_id;
  if (typeof linkedByMemberId === 'string') {
    const place = { spaceId: changed.spaceId, id: linkedByMemberId };
    const linker = await findInSpace(mutation.em, MemberEntity, place, 'MEMBER_NOT_FOUND');
    if (isRefusal(linker)) return linker;
  }
  return change(mutation, binding, changed, 'user_member.updated', {
    relationType: body.relation_type,
    isPrimary: body.is_primary,
    expiresAt,
    linkedAt,
    linkedByMemberId,
    metadata: body.metadata,
  });
}

/** Ends a binding for good. One that is revoked already keeps its instant and its reason. */
export async function revokeUserMember(
  mutation: Mutation,
  changed: ChangedUserMember,
  reason: string | null,
): Promise<NamedUserMember | Refused<never>> {
  const binding = await findForChange(mutation, changed);
  if (isRefusal(binding)) return binding;
  const revoked = { status: 'revoked', revokedAt: mutation.now, revokedReason: reason } as const;
  const values = binding.status === 'revoked' ? {} : revoked;
  return change(mutation, binding, changed, 'user_member.revoked', values);
}

function findForChange({ em }: Mutation, { spaceId, id }: ChangedUserMember) {
  return findInSpaceForChange(em, UserMemberEntity, { spaceId, id }, 'USER_MEMBER_NOT_FOUND');
}

async function change(
  mutation: Mutation,
  binding: UserMember,
  { spaceId, ifVersion }: ChangedUserMember,
  action: string,
  values: VersionedChange<UserMember>['values'],
): Promise<NamedUserMember | Refusal<'PRECONDITION_FAILED'>> {
  const names = await endNamesOf(mutation.em, [binding], principalOf(mutation));
  const onWire = (row: UserMember) => userMemberOnRecord(row, names);
  const told = { action, spaceId, resourceType: 'user_member', onWire };
  const result = await changeRow(mutation, binding, { ifVersion, values, ...told });
  return isRefusal(result) ? result : { binding: result, names };
}
