import type { MutationSite } from './mutation-site.ts';

/** One kind of mutation, as the statements of one transaction. */
export type Mutation = (site: MutationSite) => readonly string[];

const disabled = ['spaces', 'groups', 'members', 'roles', 'users'];
const registry = ['resource_types', 'resource_actions', 'resource_mappings'];
const soft = [
  'groups',
  'members',
  'user_members',
  'roles',
  'permissions',
  'role_permissions',
  'member_roles',
];
const revoked = ['user_members', 'member_roles', 'admin_grants'];

/** Another row of the Space of the row `t` that is updated. */
const beside = ({ shuffled }: MutationSite, table: string) =>
  `(select y.id from ${table} y where y.space_id = t.space_id order by ${shuffled('y.id')} limit 1)`;

/** A value of a column that is taken from a random row of another table. */
const set = (site: MutationSite, table: string, assignment: string) =>
  `update ${table} as t set ${assignment} where t.id = ${site.one(table)}`;

/** Kinds of mutations of the graph, with how often each comes. More is set right than wrong, so that worlds go on. */
export const mutations: readonly (readonly [weight: number, mutation: Mutation])[] = [
  [
    5,
    (site) => {
      const table = site.dice.pick([...disabled, ...registry]);
      const to = site.dice.chance(0.6) ? 'active' : 'disabled';
      return [`update ${table} set status = '${to}' where id = ${site.one(table, `x.status <> '${to}'`)}`];
    },
  ],
  [
    2,
    (site) => {
      const to = site.dice.chance(0.6) ? 'active' : 'disabled';
      const which = site.one('permissions', `x.status <> '${to}' and x.scope <> 'global'`);
      return [`update permissions set status = '${to}' where id = ${which}`];
    },
  ],
  [
    6,
    (site) => {
      const table = site.dice.pick(site.dice.chance(0.15) ? ['spaces', 'users'] : soft);
      return site.dice.chance(0.6)
        ? [`update ${table} set deleted_at = null where id = ${site.one(table, 'x.deleted_at is not null')}`]
        : [`update ${table} set deleted_at = now() where id = ${site.one(table, 'x.deleted_at is null')}`];
    },
  ],
  [
    3,
    (site) => {
      const table = site.dice.pick(revoked);
      return site.dice.chance(0.6)
        ? [
            `update ${table} set status = 'active', revoked_at = null
             where id = ${site.one(table, `x.status = 'revoked'`)}`,
          ]
        : [set(site, table, `status = 'revoked', revoked_at = now()`)];
    },
  ],
  [
    3,
    (site) => [set(site, 'member_roles', `not_before = ${site.instant()}, expires_at = ${site.instant()}`)],
  ],
  [2, (site) => [set(site, 'user_members', `expires_at = ${site.instant()}`)]],
  [2, (site) => [set(site, 'member_roles', `role_id = ${beside(site, 'roles')}`)]],
  [2, (site) => [set(site, 'member_roles', `member_id = ${beside(site, 'members')}`)]],
  [2, (site) => [set(site, 'member_roles', `scope_anchor_group_id = ${beside(site, 'groups')}`)]],
  [1, (site) => [set(site, 'member_roles', 'scope_anchor_group_id = null')]],
  [2, (site) => [set(site, 'user_members', `member_id = ${beside(site, 'members')}`)]],
  [1, (site) => [set(site, 'user_members', `user_id = ${site.one('users')}, is_primary = not is_primary`)]],
  [2, (site) => [set(site, 'role_permissions', `role_id = ${beside(site, 'roles')}`)]],
  [2, (site) => [set(site, 'role_permissions', `permission_id = ${site.one('permissions')}`)]],
  [
    3,
    (site) => {
      const pair = site.one('role_permissions', 'x.deleted_at is null');
      return [
        `create temporary table pair on commit drop as select * from role_permissions where id = ${pair}`,
        'update role_permissions set deleted_at = now() where id = (select id from pair)',
        `insert into role_permissions (id, space_id, role_id, permission_id)
         select ${site.id('rp')}, space_id, role_id, permission_id from pair`,
        // So that sometimes the old row is the one that is read last.
        ...(site.dice.chance(0.5)
          ? [`update role_permissions set metadata = '{"old": 1}' where id = (select id from pair)`]
          : []),
      ];
    },
  ],
  [1, (site) => [set(site, 'members', `display_name = '${site.word()}'`)]],
  [1, (site) => [set(site, 'spaces', `name = '${site.word()}'`)]],
  [1, (site) => [set(site, 'roles', `key = '${site.word()}'`)]],
  [1, (site) => [set(site, 'permissions', `action = '${site.dice.pick(['read', 'approve', 'void'])}'`)]],
  // What nothing refers to yet may even go to another Space.
  ...['roles', 'groups', 'members'].map((table): [number, Mutation] => [
    1,
    (site) => [set(site, table, `space_id = ${site.one('spaces')}`)],
  ]),
  // Many rows of several Spaces at once.
  [
    1,
    ({ dice, prefix }) => [
      `update ${dice.pick(disabled)} set status = 'active' where starts_with(id, '${prefix}')`,
    ],
  ],
  [1, ({ prefix }) => [`update member_roles set not_before = null where starts_with(id, '${prefix}')`]],
  // Beside the graph, and so through the caches.
  [
    2,
    (site) => [
      set(
        site,
        'resources',
        `group_id = ${beside(site, 'groups')}, owner_member_id = ${beside(site, 'members')}, version = version + 1`,
      ),
    ],
  ],
];
