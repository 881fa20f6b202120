import type { ClientBase } from 'pg';
import type { World } from './world.ts';

/** How the rows of a world lie in a table. */
export interface TableSpec {
  table: keyof World;
  /** Columns that the rows carry, with their SQL types. */
  columns: Record<string, string>;
  /** Columns that follow from the others, as SQL over the row `r`. */
  derived?: Record<string, string>;
}

const revokedAt = `case when r.status = 'revoked' then date_trunc('milliseconds', now()) end`;
const id = { id: 'text' };
const deleted = { deleted_at: 'timestamptz' };
const state = { status: 'text', ...deleted };

/** The tables of a world, parents before children, as the foreign keys want it. */
export const worldTables: readonly TableSpec[] = [
  { table: 'users', columns: { ...id, email: 'text', ...state } },
  { table: 'spaces', columns: { ...id, name: 'text', ...state } },
  {
    table: 'groups',
    columns: { ...id, space_id: 'text', parent_group_id: 'text', name: 'text', path: 'text', ...state },
    derived: { depth: `char_length(r.path) - char_length(replace(r.path, '.', ''))` },
  },
  { table: 'members', columns: { ...id, space_id: 'text', display_name: 'text', ...state } },
  {
    table: 'user_members',
    columns: {
      ...id,
      user_id: 'text',
      member_id: 'text',
      space_id: 'text',
      relation_type: 'text',
      is_primary: 'boolean',
      expires_at: 'timestamptz',
      ...state,
    },
    derived: { revoked_at: revokedAt },
  },
  { table: 'roles', columns: { ...id, space_id: 'text', key: 'text', name: 'text', ...state } },
  { table: 'permissions', columns: { ...id, resource: 'text', action: 'text', scope: 'text', ...state } },
  {
    table: 'role_permissions',
    columns: { ...id, space_id: 'text', role_id: 'text', permission_id: 'text', ...deleted },
  },
  {
    table: 'member_roles',
    columns: {
      ...id,
      space_id: 'text',
      member_id: 'text',
      role_id: 'text',
      scope_anchor_group_id: 'text',
      not_before: 'timestamptz',
      expires_at: 'timestamptz',
      ...state,
    },
    derived: { revoked_at: revokedAt },
  },
  { table: 'resource_types', columns: { ...id, key: 'text', display_name: 'text', status: 'text' } },
  {
    table: 'resource_actions',
    columns: { ...id, resource_type_id: 'text', key: 'text', display_name: 'text', status: 'text' },
  },
  {
    table: 'resource_mappings',
    columns: { ...id, resource_type_id: 'text', storage_kind: 'text', status: 'text' },
  },
  {
    table: 'resources',
    columns: {
      ...id,
      resource_type: 'text',
      space_id: 'text',
      group_id: 'text',
      owner_member_id: 'text',
      ...state,
    },
  },
];

/**
 * Stores the rows of all worlds, one statement a table. The caller decides on the transaction. Throws pg's error
 * when a row breaks a constraint of the database.
 */
export async function insertWorlds(client: ClientBase, worlds: World[]): Promise<void> {
  for (const { table, columns, derived = {} } of worldTables) {
    const given = Object.keys(columns);
    const types = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    const targets = [...given, ...Object.keys(derived)].join(', ');
    const values = [...given.map((name) => `r.${name}`), ...Object.values(derived)].join(', ');
    const rows = worlds.flatMap((world): object[] => world[table]);
    await client.query(
      `insert into ${table} (${targets}) select ${values} from jsonb_to_recordset($1::jsonb) as r (${types.join(', ')})`,
      [JSON.stringify(rows)],
    );
  }
}
