import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import type { Principal } from '../../contract/ports.ts';
import { anyIncludes } from '../../contract/reach.ts';
import { reachesOf } from '../../contract/rights.ts';
import { MemberEntity, UserEntity, type UserMember } from './entities.ts';

/** A binding as the contract shows it, which includes what its User and its Member are called. */
export type UserMemberOnWire = components['schemas']['UserMember'];

/** What the two ends of bindings are called. */
export type EndNames = {
  /** Email addresses by User, those alone that the caller may know. */
  readonly emails: ReadonlyMap<string, string>;
  /** Display names by Member. */
  readonly displayNames: ReadonlyMap<string, string>;
};

/**
 * Whether a caller may know the email address of a User: its own, or with `users:read` all. To administer a Space is
 * not enough, since any User can be bound to a Member of it.
 */
export function maySeeEmail(principal: Principal, userId: string): boolean {
  if (principal.kind === 'session' && principal.userId === userId) return true;
  return anyIncludes(reachesOf(principal, 'users:read'), { kind: 'instance' });
}

/** Reads what the ends of bindings of one Space are called, in two statements however many they are. */
export async function endNamesOf(
  em: SqlEntityManager,
  bindings: readonly UserMember[],
  principal: Principal,
): Promise<EndNames> {
  const [first] = bindings;
  if (first === undefined) return { emails: new Map(), displayNames: new Map() };
  const userIds = [...new Set(bindings.map((binding) => binding.userId))].filter((id) =>
    maySeeEmail(principal, id),
  );
  const memberIds = [...new Set(bindings.map((binding) => binding.memberId))];
  const users = userIds.length === 0 ? [] : await em.find(UserEntity, { id: { $in: userIds } });
  const members = await em.find(MemberEntity, { spaceId: first.spaceId, id: { $in: memberIds } });
  return {
    emails: new Map(users.map((user) => [user.id, user.email])),
    displayNames: new Map(members.map((member) => [member.id, member.displayName])),
  };
}

/** A binding as the contract shows it. `names` come from `endNamesOf` these or more bindings. */
export function userMemberOnWire(binding: UserMember, names: EndNames): UserMemberOnWire {
  return {
    id: binding.id,
    user_id: binding.userId,
    email: names.emails.get(binding.userId) ?? null,
    member_id: binding.memberId,
    member_display_name: displayNameOf(names, binding.memberId),
    space_id: binding.spaceId,
    relation_type: binding.relationType,
    status: binding.status,
    is_primary: binding.isPrimary,
    expires_at: binding.expiresAt?.toISOString() ?? null,
    linked_by_member_id: binding.linkedByMemberId ?? null,
    linked_at: (binding.linkedAt ?? binding.createdAt).toISOString(),
    revoked_at: binding.revokedAt?.toISOString() ?? null,
    revoked_reason: binding.revokedReason ?? null,
    metadata: binding.metadata,
    created_at: binding.createdAt.toISOString(),
    updated_at: binding.updatedAt.toISOString(),
  };
}

/** A binding as it is recorded: readers of a Space's audit log may not know the addresses of its Users. */
export function userMemberOnRecord(binding: UserMember, names: EndNames): UserMemberOnWire {
  return { ...userMemberOnWire(binding, names), email: null };
}

function displayNameOf({ displayNames }: EndNames, memberId: string): string {
  const name = displayNames.get(memberId);
  if (name === undefined) throw new Error(`Nothing was read about ${memberId}, which a binding refers to.`);
  return name;
}
