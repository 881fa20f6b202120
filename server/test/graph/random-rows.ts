import type { MutationSite } from './mutation-site.ts';
import type { Mutation } from './random-mutations.ts';

const hash = ({ word }: MutationSite) => `md5('${word()}')`;

/** Mutations that bring rows in, and take those out for good that may be. */
export const rowMutations: readonly (readonly [weight: number, mutation: Mutation])[] = [
  [
    1,
    (site) => {
      const id = site.id('space');
      return [
        `insert into spaces (id, name) values (${id}, 'New')`,
        `insert into groups (id, space_id, name, path, depth) values (${site.id('group')}, ${id}, 'New', 'fin', 0)`,
      ];
    },
  ],
  [
    1,
    (site) => [
      `insert into groups (id, space_id, parent_group_id, name, path, depth)
       select ${site.id('group')}, space_id, id, 'New', path || '.a', depth + 1 from groups
       where id = ${site.one('groups')}`,
    ],
  ],
  [
    1,
    (site) => [
      `insert into roles (id, space_id, key, name)
       select ${site.id('role')}, id, '${site.word()}', 'New' from spaces where id = ${site.one('spaces')}`,
    ],
  ],
  [
    1,
    (site) => {
      const id = site.id('member');
      return [
        `insert into members (id, space_id, display_name)
         select ${id}, id, 'New' from spaces where id = ${site.one('spaces')}`,
        `insert into user_members (id, user_id, member_id, space_id, relation_type)
         select ${site.id('um')}, ${site.one('users')}, id, space_id, 'self' from members where id = ${id}`,
      ];
    },
  ],
  [
    2,
    (site) => [
      `insert into member_roles (id, space_id, member_id, role_id)
       select ${site.id('mr')}, r.space_id, m.id, r.id from roles r
       join members m on m.space_id = r.space_id order by ${site.shuffled('r.id || m.id')} limit 1`,
    ],
  ],
  [
    2,
    (site) => [
      `insert into role_permissions (id, space_id, role_id, permission_id)
       select ${site.id('rp')}, space_id, id, ${site.one('permissions')} from roles where id = ${site.one('roles')}`,
    ],
  ],
  [
    1,
    (site) => [
      `insert into permissions (id, resource, action, scope)
       select ${site.id('perm')}, key, '${site.dice.pick(['read', 'approve', 'void'])}', 'group_tree'
       from resource_types where id = ${site.one('resource_types')}`,
    ],
  ],
  // The registry: gone for good, and there again under the same key.
  [2, (site) => [`delete from resource_actions where id = ${site.one('resource_actions')}`]],
  [
    3,
    (site) => [
      `insert into resource_actions (id, resource_type_id, key, display_name, metadata)
       values (${site.id('ra')}, ${site.one('resource_types')}, '${site.dice.pick(['read', 'approve'])}', 'New',
         '{"n": 1}')`,
    ],
  ],
  [
    1,
    (site) => {
      const one = `select * from resource_actions where id = ${site.one('resource_actions')}`;
      return [
        `create temporary table action on commit drop as ${one}`,
        'delete from resource_actions where id = (select id from action)',
        `insert into resource_actions (id, resource_type_id, key, display_name)
         select ${site.id('ra')}, resource_type_id, key, 'Again' from action`,
      ];
    },
  ],
  [1, (site) => [`delete from resource_mappings where id = ${site.one('resource_mappings')}`]],
  [
    2,
    (site) => [
      `insert into resource_mappings (id, resource_type_id) values (${site.id('rm')}, ${site.one('resource_types')})`,
    ],
  ],
  [
    2,
    (site) => {
      const key = `${site.prefix}${site.dice.pick(['one', 'two'])}`;
      return [
        `delete from resource_types where key = '${key}'`,
        `insert into resource_types (id, key, display_name) values (${site.id('rt')}, '${key}', 'Again')`,
      ];
    },
  ],
  [1, ({ prefix }) => [`delete from resource_types where key = '${prefix}one'`]],
  // Two types that exchange their keys.
  [
    1,
    ({ prefix }) => [
      `update resource_types set key = '${prefix}three' where key = '${prefix}one'`,
      `update resource_types set key = '${prefix}one' where key = '${prefix}two'`,
      `update resource_types set key = '${prefix}two' where key = '${prefix}three'`,
    ],
  ],
  // Who administers, and with which keys.
  [
    2,
    (site) => [
      `insert into admin_grants (id, user_id, level, permission_key)
       values (${site.id('grant')}, ${site.one('users')}, 'instance_admin', 'authz:check')`,
    ],
  ],
  [
    2,
    (site) => [
      `insert into admin_grants (id, user_id, level, permission_key, space_id, group_id)
       select ${site.id('grant')}, ${site.one('users')}, 'group_admin', 'authz:check', space_id, id from groups
       where id = ${site.one('groups')}`,
    ],
  ],
  [
    1,
    (site) => [
      `update admin_grants set level = 'space_admin', group_id = null, space_id = ${site.one('spaces')},
         user_id = ${site.one('users')} where id = ${site.one('admin_grants')}`,
    ],
  ],
  [1, (site) => [`delete from admin_grants where id = ${site.one('admin_grants')}`]],
  [
    2,
    (site) => [
      `insert into api_keys (id, name, key_prefix, key_hash, level, permission_keys, space_id)
       values (${site.id('key')}, 'New', 'ply', ${hash(site)}, 'space', '{authz:check}', ${site.one('spaces')})`,
    ],
  ],
  [
    1,
    (site) => [
      `update api_keys set previous_key_hash = key_hash, key_hash = ${hash(site)},
         previous_key_expires_at = now() + interval '1 hour' where id = ${site.one('api_keys')}`,
    ],
  ],
  [
    1,
    (site) => [
      `update api_keys set level = 'instance', space_id = null, permission_keys = '{audit:read,authz:check}',
         status = 'disabled', last_used_at = now() where id = ${site.one('api_keys')}`,
    ],
  ],
  [1, (site) => [`delete from api_keys where id = ${site.one('api_keys')}`]],
];
