import type { CoreHandlers } from '../../../contract/core.ts';
import { isRefusal, refuse } from '../../../contract/refusal.ts';
import type { Database } from '../../../platform/database/index.ts';
import { findSpace } from '../../identity/index.ts';
import { recordedMutation } from '../../kernel/index.ts';
import { type MemberRoleTarget, revokeMemberRole, updateMemberRole } from './member-role-changes.ts';
import { createMemberRole } from './member-role-create.ts';
import { listMemberRoles, viewMemberRole } from './member-role-view.ts';
import { viewedMemberRoleOnWire } from './member-role-wire.ts';
import { absentIn } from './role-space.ts';

type MemberRoleOperations =
  | 'listMemberRoles'
  | 'createMemberRole'
  | 'getMemberRole'
  | 'updateMemberRole'
  | 'revokeMemberRole';

/** Assignments of Roles to Members: wire to domain and back. */
export function memberRoleHandlers(database: Database): CoreHandlers<MemberRoleOperations> {
  return {
    async listMemberRoles({ params, page }) {
      const { space_id: spaceId, member_id, role_id, status } = params;
      if ((await findSpace(database.entities(), spaceId)) === null) return refuse('SPACE_NOT_FOUND');
      const filter = { memberId: member_id ?? null, roleId: role_id ?? null, status: status ?? null };
      const { rows, next } = await listMemberRoles(database.pool, spaceId, filter, page);
      return { status: 200, data: rows.map(viewedMemberRoleOnWire), next };
    },
    createMemberRole: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const viewed = await createMemberRole(mutation, input.params.space_id, input.body);
        if (isRefusal(viewed)) return viewed;
        return { status: 201 as const, data: viewedMemberRoleOnWire(viewed), version: viewed.version };
      }),
    async getMemberRole({ params }) {
      const viewed = await viewMemberRole(database.pool, params.space_id, params.member_role_id);
      if (viewed === null) return absentIn(database.entities(), params.space_id, 'MEMBER_ROLE_NOT_FOUND');
      return { status: 200, data: viewedMemberRoleOnWire(viewed), version: viewed.version };
    },
    updateMemberRole: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const changed = await updateMemberRole(mutation, targetOf(input), input.body);
        return isRefusal(changed) ? changed : { status: 200 as const, ...changed };
      }),
    revokeMemberRole: (input) =>
      recordedMutation(database, input, [input.params.space_id], async (mutation) => {
        const reason = input.body?.revoked_reason ?? null;
        const changed = await revokeMemberRole(mutation, targetOf(input), reason);
        return isRefusal(changed) ? changed : { status: 200 as const, ...changed };
      }),
  };
}

function targetOf(input: {
  readonly params: { readonly space_id: string; readonly member_role_id: string };
  readonly ifVersion: number | null;
}): MemberRoleTarget {
  return { spaceId: input.params.space_id, id: input.params.member_role_id, ifVersion: input.ifVersion };
}
