import { insertApiKey } from '../harness/server-credentials.ts';
import type { AccessWorld } from './access-world.ts';

const A = 'space_a';

/** Stores a disposable row in Space A, or of the instance, and gives its id. `place` names the variant of the table's row. */
export type Make = (world: AccessWorld, columns: object, place: string) => Promise<string>;

export const newUser: Make = (world, columns) =>
  world.row('users', { email: `${world.name('u')}@example.com`, ...columns });
export const newMember: Make = (world, columns) =>
  world.row('members', { space_id: A, display_name: 'New', ...columns });
export const newGroup: Make = (world, columns, place) => {
  const parent = place === 'beside' ? 'other' : 'own';
  return world.row('groups', {
    ...{
      space_id: A,
      parent_group_id: `${parent}_a`,
      name: 'New',
      path: `${parent}.${world.name('g')}`,
      depth: 1,
    },
    ...columns,
  });
};
export const newBinding: Make = async (world) =>
  world.row('user_members', {
    ...{
      space_id: A,
      user_id: await newUser(world, {}, ''),
      member_id: 'member_a',
      relation_type: 'delegate',
    },
  });
export const newRole: Make = (world, columns) =>
  world.row('roles', { space_id: A, key: world.name('role'), name: 'New', ...columns });
export const newPermission: Make = (world, columns) =>
  world.row('permissions', { resource: 'invoice', action: world.name('act'), scope: 'space', ...columns });
export const newPair = async (world: AccessWorld) => ({
  role_id: await newRole(world, {}, ''),
  permission_id: await newPermission(world, {}, ''),
});
export const newRolePermission: Make = async (world) =>
  world.row('role_permissions', { space_id: A, ...(await newPair(world)) });
export const newAssignment = async (world: AccessWorld) => ({
  member_id: 'member_a',
  role_id: await newRole(world, {}, ''),
});
export const newMemberRole: Make = async (world) =>
  world.row('member_roles', { space_id: A, ...(await newAssignment(world)) });
export const newResource: Make = (world, columns, place) =>
  world.row('resources', {
    ...{ resource_type: 'invoice', space_id: A, group_id: place === 'beside' ? 'other_a' : 'own_a' },
    ...columns,
  });
export const newType = async (world: AccessWorld) => {
  const key = world.name('type');
  await world.row('resource_types', { key, display_name: 'New' });
  return key;
};
export const ofLevel: Readonly<Record<string, object>> = {
  group: { space_id: A, group_id: 'own_a' },
  space: { space_id: A },
  instance: {},
  super: {},
};
export const grantLevel: Readonly<Record<string, string>> = {
  group: 'group_admin',
  space: 'space_admin',
  instance: 'instance_admin',
  super: 'instance_super_admin',
};
export const newGrant: Make = async (world, _, place) =>
  world.row('admin_grants', {
    ...{ user_id: await newUser(world, {}, ''), level: grantLevel[place], permission_key: 'users:read' },
    ...ofLevel[place],
  });
export const newKey: Make = async (world, _, place) => {
  const { spaceId, groupId } = { spaceId: { spaceId: A }, groupId: { groupId: 'own_a' } };
  const scope = place === 'instance' ? {} : place === 'space' ? spaceId : { ...spaceId, ...groupId };
  return (await insertApiKey(world, { ...scope, permissions: ['users:read'] })).apiKeyId;
};
