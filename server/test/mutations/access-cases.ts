import { makers } from './identity-cases.ts';
import { after, type CasesOf, carriedOutBefore, onNew, staleVersion } from './mutation-case.ts';
import type { MutationWorld } from './mutation-world.ts';

const SPACE = '/api/v1/spaces/space_1';

const newRole = (world: MutationWorld) =>
  world.made(`${SPACE}/roles`, { key: world.name('role'), name: 'New' });
const newPermission = (world: MutationWorld) =>
  world.made('/api/v1/permissions', { resource: 'invoice', action: world.name('act'), scope: 'space' });
const newPair = async (world: MutationWorld) => ({
  role_id: (await newRole(world)).id,
  permission_id: (await newPermission(world)).id,
});
const newRolePermission = async (world: MutationWorld) =>
  world.made(`${SPACE}/role-permissions`, await newPair(world));
const newMemberRole = async (world: MutationWorld) =>
  world.made(`${SPACE}/member-roles`, { member_id: 'member_2', role_id: (await newRole(world)).id });
const grantFor = async (world: MutationWorld) => ({
  user_id: (await makers.newUser(world)).id,
  level: 'space_admin',
  space_id: 'space_1',
  permission_key: 'groups:read',
});
const newGrant = async (world: MutationWorld) => world.made('/api/v1/admin/grants', await grantFor(world));
const keyBody = { name: 'New', level: 'space', space_id: 'space_1', permission_keys: ['groups:read'] };
const newKey = async (world: MutationWorld) => {
  const { api_key: key, id } = await world.made('/api/v1/api-keys', keyBody);
  return { id: id ?? String((key as { id?: unknown } | undefined)?.id) };
};

/** Roles, permissions, their assignments, admin grants and API keys. */
export const accessCases: CasesOf<
  | 'createRole'
  | 'updateRole'
  | 'disableRole'
  | 'restoreRole'
  | 'createPermission'
  | 'updatePermission'
  | 'disablePermission'
  | 'restorePermission'
  | 'createRolePermission'
  | 'deleteRolePermission'
  | 'createSpaceRolePermission'
  | 'deleteSpaceRolePermission'
  | 'createMemberRole'
  | 'updateMemberRole'
  | 'revokeMemberRole'
  | 'createAdminGrant'
  | 'revokeAdminGrant'
  | 'createAPIKey'
  | 'updateAPIKey'
  | 'rotateAPIKey'
  | 'revokeAPIKey'
> = {
  createRole: [
    {
      prepare: async (world) => ({ body: { key: world.name('role'), name: 'New' } }),
      refused: carriedOutBefore('ROLE_CREATE_FAILED'),
    },
  ],
  updateRole: [{ prepare: onNew('role_id', newRole, { name: 'Renamed' }), refused: staleVersion }],
  disableRole: [{ prepare: onNew('role_id', newRole), refused: staleVersion }],
  restoreRole: [{ prepare: after('disable', 'role_id', `${SPACE}/roles`, newRole), refused: staleVersion }],
  createPermission: [
    {
      prepare: async (world) => ({
        body: { resource: 'invoice', action: world.name('act'), scope: 'space' },
      }),
      refused: carriedOutBefore('PERMISSION_CREATE_FAILED'),
    },
  ],
  updatePermission: [
    { prepare: onNew('permission_id', newPermission, { description: 'Described' }), refused: staleVersion },
  ],
  disablePermission: [{ prepare: onNew('permission_id', newPermission), refused: staleVersion }],
  restorePermission: [
    {
      prepare: after('disable', 'permission_id', '/api/v1/permissions', newPermission),
      refused: staleVersion,
    },
  ],
  createRolePermission: [
    {
      prepare: async (world) => ({ body: await newPair(world) }),
      refused: carriedOutBefore('ROLE_PERMISSION_CREATE_FAILED'),
    },
  ],
  deleteRolePermission: [{ prepare: onNew('role_permission_id', newRolePermission), refused: staleVersion }],
  createSpaceRolePermission: [
    {
      prepare: async (world) => ({ body: await newPair(world) }),
      refused: carriedOutBefore('ROLE_PERMISSION_CREATE_FAILED'),
    },
  ],
  deleteSpaceRolePermission: [
    { prepare: onNew('role_permission_id', newRolePermission), refused: staleVersion },
  ],
  createMemberRole: [
    {
      prepare: async (world) => ({ body: { member_id: 'member_2', role_id: (await newRole(world)).id } }),
      refused: carriedOutBefore('MEMBER_ROLE_CREATE_FAILED'),
    },
  ],
  updateMemberRole: [
    {
      prepare: onNew('member_role_id', newMemberRole, { expires_at: '2999-01-01T00:00:00Z' }),
      refused: staleVersion,
    },
  ],
  revokeMemberRole: [
    { prepare: onNew('member_role_id', newMemberRole, { revoked_reason: 'Over' }), refused: staleVersion },
  ],
  createAdminGrant: [
    {
      prepare: async (world) => ({ body: { ...(await grantFor(world)), id: world.name('grant') } }),
      refused: carriedOutBefore('ADMIN_GRANT_CREATE_FAILED'),
    },
  ],
  revokeAdminGrant: [
    { prepare: onNew('admin_grant_id', newGrant), refused: staleVersion },
    {
      about: 'where the last super admin is left, who stays',
      prepare: onNew('admin_grant_id', newGrant),
      refused: async (call, world) => {
        await world.sql(
          `update admin_grants set expires_at = now() + interval '1 day'
           where level = 'instance_super_admin' and id <> 'grant_user_1'`,
        );
        return { call: { ...call, params: { admin_grant_id: 'grant_user_1' } }, code: 'LAST_SUPER_ADMIN' };
      },
    },
  ],
  createAPIKey: [
    {
      prepare: async (world) => ({ body: { ...keyBody, id: world.name('key') } }),
      refused: carriedOutBefore('API_KEY_CREATE_FAILED'),
    },
  ],
  updateAPIKey: [{ prepare: onNew('api_key_id', newKey, { name: 'Renamed' }), refused: staleVersion }],
  rotateAPIKey: [{ prepare: onNew('api_key_id', newKey, { grace_seconds: 60 }), refused: staleVersion }],
  revokeAPIKey: [{ prepare: onNew('api_key_id', newKey, { revoked_reason: 'Over' }), refused: staleVersion }],
};
