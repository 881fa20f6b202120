import type { TestServer } from '../../server/test/harness/server.ts';

/** How much a database is filled with. */
export type Size = { readonly resources: number; readonly members: number };

const TYPES = 10;
const GROUPS = 100;

/**
 * Fills an empty database: one Space that holds everything, which is the worst case, its Members each with a User, a
 * binding and a role, and Resources of ten types in a hundred Groups.
 */
export async function fill(server: TestServer, { resources, members }: Size): Promise<void> {
  const statements: readonly (readonly [string, readonly unknown[]])[] = [
    [`insert into spaces (id, name) values ('space_1', 'One')`, []],
    [
      `insert into groups (id, space_id, name, path, depth)
       select 'group_' || n, 'space_1', 'Group ' || n, 'g' || n, 0 from generate_series(0, $1 - 1) n`,
      [GROUPS],
    ],
    [
      `insert into resource_types (id, key, display_name)
       select 'type_' || n, 'kind_' || n, 'Kind ' || n from generate_series(0, $1 - 1) n`,
      [TYPES],
    ],
    [
      `insert into resource_actions (id, resource_type_id, key, display_name)
       select 'action_' || n, 'type_' || n, 'read', 'Read' from generate_series(0, $1 - 1) n`,
      [TYPES],
    ],
    [
      `insert into permissions (id, resource, action, scope)
       select 'permission_' || n, 'kind_' || n, 'read', 'space' from generate_series(0, $1 - 1) n`,
      [TYPES],
    ],
    [`insert into roles (id, space_id, key, name) values ('role_1', 'space_1', 'reader', 'Reader')`, []],
    [
      `insert into role_permissions (id, space_id, role_id, permission_id)
       select 'rp_' || n, 'space_1', 'role_1', 'permission_' || n from generate_series(0, $1 - 1) n`,
      [TYPES],
    ],
    [
      `insert into users (id, email)
       select 'user_' || n, 'user_' || n || '@example.com' from generate_series(0, $1 - 1) n`,
      [members],
    ],
    [
      `insert into members (id, space_id, display_name)
       select 'member_' || n, 'space_1', 'Member ' || n from generate_series(0, $1 - 1) n`,
      [members],
    ],
    [
      `insert into user_members (id, user_id, member_id, space_id, relation_type)
       select 'um_' || n, 'user_' || n, 'member_' || n, 'space_1', 'self' from generate_series(0, $1 - 1) n`,
      [members],
    ],
    [
      `insert into member_roles (id, space_id, member_id, role_id)
       select 'mr_' || n, 'space_1', 'member_' || n, 'role_1' from generate_series(0, $1 - 1) n`,
      [members],
    ],
    [
      `insert into resources (id, resource_type, space_id, group_id, owner_member_id, external_id)
       select 'resource_' || lpad(n::text, 8, '0'), 'kind_' || n % $2, 'space_1', 'group_' || n % $3,
         'member_' || n % $4, 'external_' || n
       from generate_series(0, $1 - 1) n`,
      [resources, TYPES, GROUPS, members],
    ],
    ['analyze', []],
  ];
  for (const [text, values] of statements) await server.sql(text, values);
}
