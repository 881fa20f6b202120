import type { components } from '../../../contract/generated/core/types.ts';
import type { MemberRole } from '../entities.ts';
import type { MemberRoleLabels, ViewedMemberRole } from './member-role-view.ts';

/** An assignment as the contract shows it, with what it refers to. */
export function memberRoleOnWire(
  assignment: MemberRole,
  labels: MemberRoleLabels,
): components['schemas']['MemberRole'] {
  return {
    id: assignment.id,
    space_id: assignment.spaceId,
    member_id: assignment.memberId,
    member_display_name: labels.memberDisplayName,
    role_id: assignment.roleId,
    role_key: labels.roleKey,
    role_name: labels.roleName,
    scope_anchor_group_id: assignment.scopeAnchorGroupId ?? null,
    scope_anchor_path: labels.scopeAnchorPath,
    scope_anchor_ignored: labels.scopeAnchorIgnored,
    not_before: assignment.notBefore?.toISOString() ?? null,
    expires_at: assignment.expiresAt?.toISOString() ?? null,
    status: assignment.status,
    revoked_at: assignment.revokedAt?.toISOString() ?? null,
    revoked_reason: assignment.revokedReason ?? null,
    metadata: assignment.metadata,
    created_at: assignment.createdAt.toISOString(),
    updated_at: assignment.updatedAt.toISOString(),
  };
}

/** An assignment as one statement has read it, as the contract shows it. */
export function viewedMemberRoleOnWire(viewed: ViewedMemberRole): components['schemas']['MemberRole'] {
  return memberRoleOnWire(viewed, viewed);
}
