import type { components } from '../../contract/generated/core/types.ts';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { idTaker, madeId, permissionId } from '../plugins/index.ts';
import type { Template } from './catalog/index.ts';

type Change = components['schemas']['TemplateChange'];
type Row = Record<string, unknown>;

/** A Permission of a Role that an installation gives, or finds given. */
export type PlannedPair = {
  readonly id: string;
  readonly roleId: string;
  readonly permissionId: string;
  readonly exists: boolean;
};

/** What an installation creates and finds, in a Space. */
export type InstallPlan = {
  readonly spaceId: string;
  readonly spaces: Change[];
  readonly groups: Change[];
  readonly roles: Change[];
  readonly permissions: Change[];
  readonly pairs: PlannedPair[];
};

const space = 'select id, deleted_at is null as present from spaces where id = $1';
const groups = 'select path as key, id from groups where space_id = $1 and path = any($2::text[])';
const roles = 'select key, id from roles where space_id = $1 and key = any($2::text[])';
const permissions = `
select p.resource || ':' || p.action || ':' || p.scope as key, p.id from permissions p
where (p.resource, p.action, p.scope) in (
  select d.resource, d.action, d.scope
  from jsonb_to_recordset($1::jsonb) as d (resource text, action text, scope text))`;
const pairs = `
select role_id || ' ' || permission_id as key, id from role_permissions
where space_id = $1 and role_id = any($2::text[]) and deleted_at is null`;

/** The Space that an installation goes into: the one that is named, or the template's own; null when neither is. */
export function spaceOf(template: Template, named: string | undefined): string | null {
  const [own] = template.spaces;
  if (named !== undefined || own === undefined) return named ?? null;
  return madeId('space', template.id.replaceAll('-', '_'), own.key);
}

/**
 * Looks what of a template is there already: a Group by its path, a Role by its key, a Permission by its triple, under
 * whatever id. `named` says that the caller chose the Space, which has to exist then.
 */
export async function planInstall(
  connection: Queryable,
  template: Template,
  spaceId: string,
  named: boolean,
): Promise<InstallPlan | Refusal<'SPACE_NOT_FOUND'>> {
  const [found] = (await connection.query(space, [spaceId])).rows;
  if (found === undefined ? named : found['present'] !== true) return refuse('SPACE_NOT_FOUND');
  const keysOf = (list: readonly { readonly key: string }[]) => [...new Set(list.map(({ key }) => key))];
  const triples = template.permissions.map((wanted) => ({ ...wanted, key: tripleOf(wanted) }));
  const foundGroups = await connection.query(groups, [spaceId, keysOf(template.groups)]);
  const foundRoles = await connection.query(roles, [spaceId, keysOf(template.roles)]);
  const foundPermissions = await connection.query(permissions, [JSON.stringify(triples)]);
  const plan = {
    groups: await planned(connection, 'groups', foundGroups.rows, keysOf(template.groups), (key) => [
      'group',
      madeId('group', spaceId, key),
    ]),
    roles: await planned(connection, 'roles', foundRoles.rows, keysOf(template.roles), (key) => [
      'role',
      madeId('role', spaceId, key),
    ]),
    permissions: await planned(connection, 'permissions', foundPermissions.rows, keysOf(triples), (key) => {
      const [resource = '', action = '', scope = ''] = key.split(':');
      return ['perm', permissionId(resource, action, scope)];
    }),
  };
  return {
    ...plan,
    spaceId,
    spaces: [{ id: spaceId, key: template.spaces[0]?.key ?? 'default', exists: found !== undefined }],
    pairs: await plannedPairs(connection, template, spaceId, plan),
  };
}

async function plannedPairs(
  connection: Queryable,
  template: Template,
  spaceId: string,
  plan: Pick<InstallPlan, 'roles' | 'permissions'>,
): Promise<PlannedPair[]> {
  const roleIds = new Map(plan.roles.map(({ key, id }) => [key, id]));
  const permissionIds = new Map(plan.permissions.map(({ key, id }) => [key, id]));
  const wanted = template.permissions.map((permission) => ({
    roleId: roleIds.get(permission.role) ?? '',
    permissionId: permissionIds.get(tripleOf(permission)) ?? '',
    made: madeId('rp', spaceId, permission.role, permission.resource, permission.action, permission.scope),
  }));
  const byPair = new Map(wanted.map((pair) => [`${pair.roleId} ${pair.permissionId}`, pair]));
  const found = await connection.query(pairs, [spaceId, wanted.map(({ roleId }) => roleId)]);
  const list = await planned(connection, 'role_permissions', found.rows, [...byPair.keys()], (key) => [
    'rp',
    byPair.get(key)?.made ?? '',
  ]);
  return list.map(({ id, key, exists }) => {
    const [roleId = '', ofPermission = ''] = key.split(' ');
    return { id, roleId, permissionId: ofPermission, exists };
  });
}

/** What is found under a key keeps its id; what is not gets the one made from its keys, unless that is taken. */
async function planned(
  connection: Queryable,
  table: 'groups' | 'roles' | 'permissions' | 'role_permissions',
  rows: readonly Row[],
  keys: readonly string[],
  idOf: (key: string) => readonly [prefix: string, made: string],
): Promise<Change[]> {
  const found = new Map(rows.map((row) => [String(row['key']), String(row['id'])]));
  const made = keys.filter((key) => !found.has(key)).map((key) => idOf(key)[1]);
  const taken = await connection.query(`select id from ${table} where id = any($1::text[])`, [made]);
  const takeId = idTaker(taken.rows.map((row) => String(row['id'])));
  return keys.map((key) => {
    const present = found.get(key);
    if (present !== undefined) return { id: present, key, exists: true };
    const [prefix, id] = idOf(key);
    return { id: takeId(id, prefix), key, exists: false };
  });
}

function tripleOf({ resource, action, scope }: Template['permissions'][number]): string {
  return `${resource}:${action}:${scope}`;
}
