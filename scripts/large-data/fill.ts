import type { TestServer } from '../../server/test/harness/server.ts';

/** How much the large Space of a database holds; a row of the audit log is written for each Resource. */
export type Size = { readonly resources: number; readonly members: number };

/** What the small Space beside it holds, in every database the same. */
const NEIGHBOUR: Size = { resources: 1_000, members: 100 };
const TYPES = 10;
const GROUPS = 100;

type Statement = readonly [text: string, values?: readonly unknown[]];

/**
 * Fills an empty database: `space_1` holds nearly everything, which is the worst case for its own lists, and `space_2`
 * a little, which is the worst case for an index that does not know Spaces. What few rows have (another status, another
 * kind) the last of their list have, so that a list that looks for them among all others goes through all.
 */
export async function fill(server: TestServer, size: Size): Promise<void> {
  const statements = [
    ...registry(),
    ...identity(1, size),
    ...identity(2, NEIGHBOUR),
    ...administration(size),
    ...resources(1, size),
    ...resources(2, NEIGHBOUR),
    ...auditLog(size),
    ['vacuum analyze'] as const,
  ];
  for (const [text, values] of statements) await server.sql(text, values);
}

function registry(): Statement[] {
  return [
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
  ];
}

/** A Space, its Groups and roles, and its Members, each with a User, a binding and a role. */
function identity(space: number, { members }: Size): Statement[] {
  // Ids keep the order of their numbers, so that the last ones are the last of a list.
  const id = (prefix: string) => `'${prefix}_${space}_' || lpad(n::text, 7, '0')`;
  const each = `from generate_series(0, $1 - 1) n`;
  const last = (few: string, most: string) => `case when n >= $1 * 0.99 then ${few} else ${most} end`;
  return [
    [`insert into spaces (id, name) values ('space_${space}', 'Space ${space}')`],
    [
      `insert into groups (id, space_id, name, path, depth)
       select 'group_${space}_' || n, 'space_${space}', 'Group ' || n, 'g' || n, 0 ${each}`,
      [GROUPS],
    ],
    [
      `insert into roles (id, space_id, key, name)
       select 'role_${space}_' || key, 'space_${space}', key, key from unnest(array['reader', 'writer']) key`,
    ],
    [
      `insert into role_permissions (id, space_id, role_id, permission_id)
       select 'rp_${space}_' || n, 'space_${space}', 'role_${space}_reader', 'permission_' || n ${each}`,
      [TYPES],
    ],
    [
      `insert into users (id, email, status)
       select ${id('user')}, ${id('user')} || '@example.com', ${last(`'disabled'`, `'active'`)} ${each}`,
      [members],
    ],
    [
      `insert into members (id, space_id, display_name, status, member_type)
       select ${id('member')}, 'space_${space}', ${id('Member')}, ${last(`'disabled'`, `'active'`)},
         ${last(`'service'`, `'human'`)} ${each}`,
      [members],
    ],
    [
      `insert into user_members (id, user_id, member_id, space_id, relation_type, status, revoked_at)
       select ${id('binding')}, ${id('user')}, ${id('member')}, 'space_${space}',
         ${last(`'delegate'`, `'self'`)}, ${last(`'revoked'`, `'active'`)}, ${last('now()', 'null')} ${each}`,
      [members],
    ],
    [
      `insert into member_roles (id, space_id, member_id, role_id, status, revoked_at)
       select ${id('assignment')}, 'space_${space}', ${id('member')},
         ${last(`'role_${space}_writer'`, `'role_${space}_reader'`)}, ${last(`'revoked'`, `'active'`)},
         ${last('now()', 'null')} ${each}`,
      [members],
    ],
  ];
}

/** A grant and a session for each tenth User of the large Space, and a key for each hundredth. */
function administration({ members }: Size): Statement[] {
  const user = `'user_1_' || lpad((n * 10)::text, 7, '0')`;
  const at = `date_trunc('milliseconds', now() - n * interval '1 second')`;
  // Newest first is the order of these lists: their last are the oldest.
  const last = (few: string, most: string) => `case when n >= $1 * 0.99 then ${few} else ${most} end`;
  return [
    [
      `insert into admin_grants (id, user_id, level, space_id, group_id, permission_key, status, revoked_at, created_at)
       select 'grant_' || n, ${user}, ${last(`'group_admin'`, `'space_admin'`)}, 'space_1',
         ${last(`'group_1_3'`, 'null')}, 'groups:read', ${last(`'revoked'`, `'active'`)},
         ${last('now()', 'null')}, ${at} from generate_series(0, $1 - 1) n`,
      [Math.ceil(members / 10)],
    ],
    [
      `insert into api_keys (id, name, key_prefix, key_hash, level, space_id, group_id, permission_keys, status, created_at)
       select 'key_' || n, 'Key ' || n, 'ply_ak_key_' || n, md5('key' || n), ${last(`'group'`, `'space'`)}, 'space_1',
         ${last(`'group_1_3'`, 'null')}, array['groups:read'], ${last(`'disabled'`, `'active'`)}, ${at}
       from generate_series(0, $1 - 1) n`,
      [Math.ceil(members / 100)],
    ],
    [
      `insert into sessions (id, user_id, access_token_hash, refresh_token_hash, expires_at, refresh_expires_at,
         absolute_expires_at)
       select 'session_' || n, ${user}, md5('access' || n), md5('refresh' || n), now() + interval '1 hour',
         now() + interval '1 day', now() + interval '2 days' from generate_series(0, $1 - 1) n`,
      [Math.ceil(members / 10)],
    ],
  ];
}

/** Of each type the first twentieth is deleted, the last hundredth archived in all Groups; one Member owns a twentieth. */
function resources(space: number, { resources: count, members }: Size): Statement[] {
  const owner = `case when n / 10 % 20 = 3 then 0 else n % $4 end`;
  return [
    [
      `insert into resources (id, resource_type, space_id, group_id, owner_member_id, external_id, status, deleted_at)
       select 'resource_${space}_' || lpad(n::text, 8, '0'), 'kind_' || n % $2, 'space_${space}',
         'group_${space}_' || (n / $2 + n % $2 * 37) % $3, 'member_${space}_' || lpad((${owner})::text, 7, '0'),
         'external_' || n,
         case when n < $1 * 0.05 then 'deleted' when n >= $1 * 0.99 then 'archived' else 'active' end,
         case when n < $1 * 0.05 then now() end
       from generate_series(0, $1 - 1) n`,
      [count, TYPES, GROUPS, members],
    ],
  ];
}

/** Of the rows of the audit log one in a hundred is a denial, a thousand are of the small Space, the oldest rare. */
function auditLog({ resources: count, members }: Size): Statement[] {
  const member = `lpad((n % $2)::text, 7, '0')`;
  const rare = `n >= $1 - 100`;
  return [
    [
      `insert into audit_logs (id, space_id, actor_user_id, actor_member_id, actor_user_member_id, actor_api_key_id,
         action, resource_type, resource_id, decision, deny_code, trace, request_id, created_at)
       select 'audit_' || lpad(to_hex(ms), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'), 'space_' || space,
         'user_1_' || ${member}, 'member_1_' || ${member}, 'binding_1_' || ${member}, 'key_' || n % 10,
         'read', case when ${rare} then 'member' else 'kind_' || n % $3 end, 'resource_' || n,
         case when n % 100 = 0 then 'deny' else 'allow' end,
         case when n % 100 = 0 then case when ${rare} then 'ACTOR_NOT_FOUND' else 'SCOPE_OUT_OF_BOUNDS' end end,
         '{"kind": "decision"}', 'req_' || n, to_timestamp(ms / 1000.0)
       from generate_series(0, $1 - 1) n,
         lateral (select floor(extract(epoch from now()) * 1000)::bigint - n::bigint * (1000000000 / $1) as ms,
           case when n / 7 % ($1 / 1000) = 3 then 2 else 1 end as space) at`,
      [count, members, TYPES],
    ],
  ];
}
