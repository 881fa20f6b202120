import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';
import type { Template } from './catalog/index.ts';
import type { InstallPlan } from './install-plan.ts';

const spaces = `
insert into spaces (id, name) select d.id, d.name from jsonb_to_recordset($1::jsonb) as d (id text, name text)`;
const groups = `
insert into groups (id, space_id, name, path, depth)
select d.id, $2, d.name, d.key, 0 from jsonb_to_recordset($1::jsonb) as d (id text, name text, key text)`;
const roles = `
insert into roles (id, space_id, key, name)
select d.id, $2, d.key, d.key from jsonb_to_recordset($1::jsonb) as d (id text, key text)`;
const permissions = `
insert into permissions (id, resource, action, scope)
select d.id, split_part(d.key, ':', 1), split_part(d.key, ':', 2), split_part(d.key, ':', 3)
from jsonb_to_recordset($1::jsonb) as d (id text, key text)`;
const pairs = `
insert into role_permissions (id, space_id, role_id, permission_id)
select d.id, $2, d."roleId", d."permissionId"
from jsonb_to_recordset($1::jsonb) as d (id text, "roleId" text, "permissionId" text)`;

/** Creates what a plan has found missing, and gives the ids of that. */
export async function applyPlan(
  connection: Queryable,
  template: Template,
  plan: InstallPlan,
): Promise<components['schemas']['TemplateApplied']> {
  const create = async <Row extends { readonly id: string; readonly exists: boolean }>(
    statement: string,
    rows: readonly Row[],
    ...values: readonly unknown[]
  ) => {
    const missing = rows.filter(({ exists }) => !exists);
    if (missing.length > 0) await connection.query(statement, [JSON.stringify(missing), ...values]);
    return missing.map(({ id }) => id);
  };
  const named = <Row extends { readonly key: string }>(
    rows: readonly Row[],
    names: readonly { readonly key: string; readonly name: string }[],
  ) => rows.map((row) => ({ ...row, name: names.find(({ key }) => key === row.key)?.name ?? row.key }));
  const { spaceId } = plan;
  return {
    spaces: await create(spaces, named(plan.spaces, template.spaces)),
    groups: await create(groups, named(plan.groups, template.groups), spaceId),
    roles: await create(roles, plan.roles, spaceId),
    permissions: await create(permissions, plan.permissions),
    role_permissions: await create(pairs, plan.pairs, spaceId),
  };
}
