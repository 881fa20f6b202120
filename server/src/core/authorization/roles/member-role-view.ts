import type { PageRequest } from '../../../contract/handlers.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { MemberRole } from '../entities.ts';
import { pageById } from './role-page.ts';

/** What Member, Role and anchor of an assignment say at the moment. */
export type MemberRoleLabels = {
  readonly memberDisplayName: string;
  readonly roleKey: string;
  readonly roleName: string;
  readonly scopeAnchorPath: string | null;
  /** Whether there is an anchor, and an active Permission of the Role that does not look at it. */
  readonly scopeAnchorIgnored: boolean;
};

/** An assignment with what it refers to, as one statement reads it. */
export type ViewedMemberRole = MemberRole & MemberRoleLabels;

/** Filters of the list; null asks for all. */
export type MemberRoleFilter = {
  readonly memberId: string | null;
  readonly roleId: string | null;
  readonly status: string | null;
};

const view = (listed: string) => `
select listed.id, listed.space_id as "spaceId", listed.member_id as "memberId", listed.role_id as "roleId",
  listed.scope_anchor_group_id as "scopeAnchorGroupId", listed.status, listed.not_before as "notBefore",
  listed.expires_at as "expiresAt", listed.revoked_at as "revokedAt", listed.revoked_reason as "revokedReason",
  listed.metadata, listed.version, listed.created_at as "createdAt", listed.updated_at as "updatedAt",
  m.display_name as "memberDisplayName", r.key as "roleKey", r.name as "roleName", g.path as "scopeAnchorPath",
  listed.scope_anchor_group_id is not null and exists (
    select from role_permissions rp join permissions p on p.id = rp.permission_id
    where rp.space_id = listed.space_id and rp.role_id = listed.role_id and rp.deleted_at is null
      and p.scope in ('self', 'space') and p.status = 'active' and p.deleted_at is null
  ) as "scopeAnchorIgnored"
from ${listed} listed
join members m on m.space_id = listed.space_id and m.id = listed.member_id
join roles r on r.space_id = listed.space_id and r.id = listed.role_id
left join groups g on g.space_id = listed.space_id and g.id = listed.scope_anchor_group_id`;
const stored = 'listed.space_id = $1 and listed.deleted_at is null';

const viewOne = `${view('member_roles')} where ${stored} and listed.id = $2`;
const rows = `
select * from member_roles listed where ${stored} and ($2::text is null or listed.member_id = $2)
  and ($3::text is null or listed.role_id = $3) and ($4::text is null or listed.status = $4)`;

/** An assignment of a Space by its id; null when there is none. */
export async function viewMemberRole(
  connection: Queryable,
  spaceId: string,
  id: string,
): Promise<ViewedMemberRole | null> {
  const { rows } = await connection.query(viewOne, [spaceId, id]);
  return (rows[0] as ViewedMemberRole | undefined) ?? null;
}

/** A page of the assignments of a Space, in the order of their ids. */
export function listMemberRoles(
  connection: Queryable,
  spaceId: string,
  filter: MemberRoleFilter,
  page: PageRequest,
) {
  const values = [spaceId, filter.memberId, filter.roleId, filter.status];
  return pageById<ViewedMemberRole>(connection, { rows, view }, values, page);
}
