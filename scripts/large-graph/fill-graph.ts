import type pg from 'pg';
import {
  type LargeSize,
  membersOfSpace,
  middleGroups,
  permissionsOfRole,
  rolesOfMember,
  rolesOfSpace,
  spacesOf,
  topGroups,
} from './large-size.ts';

// Ids as the server makes them: the kind and 16 hexadecimal digits.
const id = (kind: string, number: string) => `'${kind}_' || left(md5('${kind}' || (${number})), 16)`;

/**
 * Fills a database that has the registry and the permissions of the measured world: Spaces with trees of Groups of three
 * levels, Members with a User and a binding each who hold Roles at Groups, and the same number of resources of each
 * Member. References and triggers are left out, as they would take most of the time and all of it is known to be right.
 */
export async function fillGraph(
  client: pg.Client,
  size: LargeSize,
  progress: (done: string) => void,
): Promise<void> {
  await client.query('set session_replication_role = replica; set statement_timeout = 0');
  // Windows of assignments that must not overlap are looked for row by row; millions of rows are better looked at once.
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = 'member_roles'::regclass and contype = 'x'`,
  );
  for (const { name } of rows) await client.query(`alter table member_roles drop constraint ${name}`);
  for (const [table, text] of statementsFor(size)) {
    await client.query(text);
    progress(table);
  }
  for (const { name, definition } of rows) {
    await client.query(`alter table member_roles add constraint ${name} ${definition}`);
    progress(`constraint ${name}`);
  }
  await client.query('vacuum analyze');
}

function statementsFor(size: LargeSize): readonly (readonly [table: string, text: string])[] {
  const spaces = spacesOf(size);
  const groups = Math.floor(size.groups / spaces);
  const perMember = Math.floor(size.resources / size.members);
  const space = (member: string) => id('space', `${member} / ${membersOfSpace}`);
  // The Groups of a Space follow each other; those of the Members go around in them.
  const group = (member: string, more = '0') =>
    id('group', `(${member} / ${membersOfSpace}) * ${groups} + (${member} + ${more}) % ${groups}`);
  const role = (member: string, nth: string) =>
    id('role', `(${member} / ${membersOfSpace}) * ${rolesOfSpace} + (${member} + ${nth}) % ${rolesOfSpace}`);
  const all = (count: number) => `from generate_series(0, ${count - 1}) as n`;
  return [
    ['spaces', `insert into spaces (id, name) select ${id('space', 'n')}, 'Space ' || n ${all(spaces)}`],
    [
      'revisions',
      `insert into graph_revisions (scope, revision) select ${id('space', 'n')}, 1 ${all(spaces)}`,
    ],
    ...groupLevels(spaces, groups),
    [
      'users',
      `insert into users (id, email) select ${id('user', 'n')}, 'u' || n || '@large.example' ${all(size.members)}`,
    ],
    [
      'members',
      `insert into members (id, space_id, display_name)
       select ${id('member', 'n')}, ${space('n')}, 'Member ' || n ${all(size.members)}`,
    ],
    [
      'bindings',
      `insert into user_members (id, user_id, member_id, space_id, relation_type)
       select ${id('um', 'n')}, ${id('user', 'n')}, ${id('member', 'n')}, ${space('n')}, 'self' ${all(size.members)}`,
    ],
    [
      'roles',
      `insert into roles (id, space_id, key, name)
       select ${id('role', 'n')}, ${id('space', `n / ${rolesOfSpace}`)}, 'role_' || n, 'Role ' || n
       ${all(spaces * rolesOfSpace)}`,
    ],
    [
      'permissions of roles',
      `insert into role_permissions (id, space_id, role_id, permission_id)
       select ${id('rp', `n * ${permissionsOfRole} + k`)}, ${id('space', `n / ${rolesOfSpace}`)}, ${id('role', 'n')},
         p.ids[((n % ${rolesOfSpace}) * ${permissionsOfRole} + k) % cardinality(p.ids) + 1]
       from generate_series(0, ${spaces * rolesOfSpace - 1}) as n,
         generate_series(0, ${permissionsOfRole - 1}) as k,
         (select array_agg(id order by id) as ids from permissions) as p`,
    ],
    [
      'member roles',
      `insert into member_roles (id, space_id, member_id, role_id, scope_anchor_group_id)
       select ${id('mr', `n::bigint * ${rolesOfMember} + k`)}, ${space('n')}, ${id('member', 'n')}, ${role('n', 'k')},
         ${group('n', 'k')}
       from generate_series(0, ${size.members - 1}) as n, generate_series(0, ${rolesOfMember - 1}) as k`,
    ],
    [
      'resources',
      `insert into resources (id, resource_type, space_id, group_id, owner_member_id)
       select ${id('resource', `n::bigint * ${perMember} + k`)}, t.keys[k % cardinality(t.keys) + 1], ${space('n')},
         ${group('n')}, ${id('member', 'n')}
       from generate_series(0, ${size.members - 1}) as n, generate_series(0, ${perMember - 1}) as k,
         (select array_agg(key order by key) as keys from resource_types) as t`,
    ],
  ];
}

/** The Groups level by level, each below one of the level above. */
function groupLevels(spaces: number, groups: number): (readonly [table: string, text: string])[] {
  const below = topGroups + middleGroups;
  const levels = [
    { from: 0, to: Math.min(topGroups, groups), parent: null },
    { from: topGroups, to: Math.min(below, groups), parent: `g % ${topGroups}` },
    { from: below, to: groups, parent: `${topGroups} + g % ${middleGroups}` },
  ];
  return levels
    .filter(({ from, to }) => from < to)
    .map(({ from, to, parent }, depth) => [
      `groups of level ${depth + 1}`,
      `insert into groups (id, space_id, parent_group_id, name, path, depth)
       select ${id('group', `s * ${groups} + g`)}, ${id('space', 's')}, p.id, 'Group ' || g,
         coalesce(p.path || '.', '') || 'g' || g, ${depth}
       from generate_series(0, ${spaces - 1}) as s cross join generate_series(${from}, ${to - 1}) as g
       left join groups p on p.id = ${parent === null ? 'null' : id('group', `s * ${groups} + ${parent}`)}`,
    ]);
}
