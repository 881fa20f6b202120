import { emptyWorld, type GroupRow, type World } from '../../server/test/oracle/world.ts';
import { type Random, randomFrom } from './random.ts';

/** How large the measured world is: one Space of a large organisation. */
export const worldSize = {
  groups: 500,
  /** Levels of Groups, the roots being one. */
  levels: 6,
  /** Users, and as many Members and bindings. */
  users: 10_000,
  assignments: 19_961,
  resources: 100_000,
} as const;

/** The one Space that holds everything. */
export const spaceId = 'space_1';

const seed = 20_240_607;
const rootGroups = 4;
const types = ['invoice', 'contract', 'report', 'ticket', 'document'];
const actions = ['read', 'write', 'approve', 'delete'];
const permissionsPerRole = 6;
/** 55 % of the assignments reach a subtree, 40 % one Group, 5 % the Space: of 20 roles so many of each kind. */
const scopes = [
  ...Array<'group_tree'>(11).fill('group_tree'),
  ...Array<'group'>(8).fill('group'),
  ...Array<'space'>(1).fill('space'),
];

/** The world that everything is measured on, always the same. */
export function measuredWorld(): World {
  const random = randomFrom(seed);
  const world = emptyWorld();
  const deleted_at = null;
  const status = 'active';
  world.spaces.push({ id: spaceId, name: 'Measured', status, deleted_at });
  world.groups = groupTree(random);
  for (let n = 0; n < worldSize.users; n += 1) {
    const of = { status, deleted_at } as const;
    world.users.push({ id: `user_${n}`, email: `user_${n}@example.com`, ...of });
    world.members.push({ id: `member_${n}`, space_id: spaceId, display_name: `Member ${n}`, ...of });
    world.user_members.push({
      id: `binding_${n}`,
      user_id: `user_${n}`,
      member_id: `member_${n}`,
      space_id: spaceId,
      relation_type: 'self',
      is_primary: true,
      expires_at: null,
      ...of,
    });
  }
  addRegistry(world);
  addRoles(world, random);
  addAssignments(world, random);
  for (let n = 0; n < worldSize.resources; n += 1) {
    world.resources.push({
      id: `resource_${n}`,
      resource_type: random.of(types),
      space_id: spaceId,
      group_id: random.of(world.groups).id,
      owner_member_id: random.of(world.members).id,
      status,
      deleted_at,
    });
  }
  return world;
}

function groupTree(random: Random): GroupRow[] {
  const groups: GroupRow[] = [];
  const open: GroupRow[] = [];
  for (let n = 0; n < worldSize.groups; n += 1) {
    const parent = n < rootGroups ? null : random.of(open);
    const path = parent === null ? `unit_${n}` : `${parent.path}.unit_${n}`;
    const group: GroupRow = {
      id: `group_${n}`,
      space_id: spaceId,
      parent_group_id: parent?.id ?? null,
      name: `Unit ${n}`,
      path,
      status: 'active',
      deleted_at: null,
    };
    groups.push(group);
    if (path.split('.').length < worldSize.levels) open.push(group);
  }
  return groups;
}

function addRegistry(world: World): void {
  for (const type of types) {
    world.resource_types.push({ id: `type_${type}`, key: type, display_name: type, status: 'active' });
    for (const action of actions) {
      world.resource_actions.push({
        id: `action_${type}_${action}`,
        resource_type_id: `type_${type}`,
        key: action,
        display_name: action,
        status: 'active',
      });
      for (const scope of new Set(scopes)) {
        const id = `permission_${type}_${action}_${scope}`;
        world.permissions.push({ id, resource: type, action, scope, status: 'active', deleted_at: null });
      }
    }
  }
}

function addRoles(world: World, random: Random): void {
  for (const [n, scope] of scopes.entries()) {
    const id = `role_${n}`;
    world.roles.push({
      id,
      space_id: spaceId,
      key: `role_${n}`,
      name: `Role ${n}`,
      status: 'active',
      deleted_at: null,
    });
    const ofScope = world.permissions.filter((permission) => permission.scope === scope);
    const chosen = new Set<string>();
    while (chosen.size < permissionsPerRole) chosen.add(random.of(ofScope).id);
    for (const permission_id of chosen) {
      const held = { id: `${id}_${permission_id}`, space_id: spaceId, role_id: id, permission_id };
      world.role_permissions.push({ ...held, deleted_at: null });
    }
  }
}

function addAssignments(world: World, random: Random): void {
  const taken = new Set<string>();
  while (taken.size < worldSize.assignments) {
    const role = random.below(scopes.length);
    const member_id = random.of(world.members).id;
    const anchor = scopes[role] === 'space' ? null : random.of(world.groups).id;
    const assigned = `${member_id} ${role} ${anchor}`;
    if (taken.has(assigned)) continue;
    taken.add(assigned);
    world.member_roles.push({
      id: `member_role_${taken.size}`,
      space_id: spaceId,
      member_id,
      role_id: `role_${role}`,
      scope_anchor_group_id: anchor,
      status: 'active',
      not_before: null,
      expires_at: null,
      deleted_at: null,
    });
  }
}
