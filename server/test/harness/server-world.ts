import type { Behind } from './server.ts';

/** A question that the world of `insertWorld` allows. */
export const allowedQuestion = {
  action: 'approve',
  resource_type: 'invoice',
  resource_id: 'invoice_1',
  actor: { user_id: 'user_1', member_id: 'member_1', user_member_id: 'binding_1', space_id: 'space_1' },
} as const;

/**
 * Stores a small world: in `space_1` the Group `finance` with `finance.apac` below it, `member_1` bound to `user_1`, who
 * may approve invoices anywhere in the Space; `invoice_1` in `finance.apac`; and `space_2` with nothing in it.
 */
export async function insertWorld(server: Behind): Promise<void> {
  await server.sql(`
    insert into users (id, email) values ('user_1', 'user_1@example.com');
    insert into spaces (id, name) values ('space_1', 'One'), ('space_2', 'Two');
    insert into groups (id, space_id, parent_group_id, name, path, depth) values
      ('group_1', 'space_1', null, 'Finance', 'finance', 0),
      ('group_1_apac', 'space_1', 'group_1', 'APAC', 'finance.apac', 1);
    insert into members (id, space_id, display_name) values ('member_1', 'space_1', 'Approver');
    insert into user_members (id, user_id, member_id, space_id, relation_type)
      values ('binding_1', 'user_1', 'member_1', 'space_1', 'self');
    insert into resource_types (id, key, display_name) values ('type_1', 'invoice', 'Invoice');
    insert into resource_actions (id, resource_type_id, key, display_name)
      values ('action_1', 'type_1', 'approve', 'Approve');
    insert into permissions (id, resource, action, scope) values ('permission_1', 'invoice', 'approve', 'space');
    insert into roles (id, space_id, key, name) values ('role_1', 'space_1', 'approver', 'Approver');
    insert into role_permissions (id, space_id, role_id, permission_id)
      values ('role_permission_1', 'space_1', 'role_1', 'permission_1');
    insert into member_roles (id, space_id, member_id, role_id)
      values ('member_role_1', 'space_1', 'member_1', 'role_1');
    insert into resources (id, resource_type, space_id, group_id, owner_member_id)
      values ('invoice_1', 'invoice', 'space_1', 'group_1_apac', 'member_1');`);
}

/** How many rows each table of the database holds. */
export async function rowCounts(server: Behind): Promise<Readonly<Record<string, number>>> {
  const tables = await server.sql<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const counted = tables.map(({ name }) => `select '${name}' as name, count(*)::int as rows from "${name}"`);
  const rows = await server.sql<{ name: string; rows: number }>(counted.join(' union all '));
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
}
