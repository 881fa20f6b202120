import type { PageRequest } from '../../../contract/handlers.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { Permission, RolePermission } from '../entities.ts';
import { pageById } from './role-page.ts';

/** What the Role and the Permission of a pair say at the moment. */
export type RolePermissionLabels = Pick<Permission, 'resource' | 'action' | 'scope'> & {
  readonly roleKey: string;
};

/** A Permission of a Role with what both of them say, as one statement reads it. */
export type ViewedRolePermission = RolePermission & RolePermissionLabels;

/** What is looked for; null asks for all. */
export type RolePermissionFilter = {
  readonly spaceId: string | null;
  readonly roleId?: string | undefined;
  readonly permissionId?: string | undefined;
};

const view = (listed: string) => `
select listed.id, listed.space_id as "spaceId", listed.role_id as "roleId",
  listed.permission_id as "permissionId", listed.metadata, listed.version, listed.created_at as "createdAt",
  listed.updated_at as "updatedAt", listed.deleted_at as "deletedAt",
  r.key as "roleKey", p.resource, p.action, p.scope
from ${listed} listed
join roles r on r.space_id = listed.space_id and r.id = listed.role_id
join permissions p on p.id = listed.permission_id`;
const stored = '($1::text is null or listed.space_id = $1) and listed.deleted_at is null';

const viewOne = `${view('role_permissions')} where ${stored} and listed.id = $2`;
const rows = `
select * from role_permissions listed where ${stored}
  and ($2::text is null or listed.role_id = $2) and ($3::text is null or listed.permission_id = $3)`;
const labels = `
select r.key as "roleKey", p.resource, p.action, p.scope
from roles r cross join permissions p where r.space_id = $1 and r.id = $2 and p.id = $3`;

/** What a Role holds, by the id of the pair; null when there is none. `spaceId` null looks in all Spaces. */
export async function viewRolePermission(
  connection: Queryable,
  spaceId: string | null,
  id: string,
): Promise<ViewedRolePermission | null> {
  const { rows } = await connection.query(viewOne, [spaceId, id]);
  return (rows[0] as ViewedRolePermission | undefined) ?? null;
}

/** A page of what Roles hold, in the order of the pairs' ids. */
export function listRolePermissions(connection: Queryable, filter: RolePermissionFilter, page: PageRequest) {
  const values = [filter.spaceId, filter.roleId ?? null, filter.permissionId ?? null];
  return pageById<ViewedRolePermission>(connection, { rows, view }, values, page);
}

/** What Role and Permission of a stored pair say, be it a removed one. */
export async function labelsOf(connection: Queryable, pair: RolePermission): Promise<RolePermissionLabels> {
  const { rows } = await connection.query(labels, [pair.spaceId, pair.roleId, pair.permissionId]);
  const [found] = rows;
  if (found === undefined) throw new Error('A stored pair has lost its Role or its Permission.');
  return found as RolePermissionLabels;
}
