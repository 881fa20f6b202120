import type { operations } from '../../src/contract/generated/core/operations.ts';
import { insertSession } from '../harness/server-credentials.ts';
import {
  grantLevel,
  type Make,
  newAssignment,
  newBinding,
  newGrant,
  newGroup,
  newKey,
  newMember,
  newMemberRole,
  newPair,
  newPermission,
  newResource,
  newRole,
  newRolePermission,
  newType,
  newUser,
  ofLevel,
} from './access-rows.ts';
import { type AccessWorld, type Caller, PASSWORD, REGISTRATION_TOKEN } from './access-world.ts';

/** A valid request of an operation; path parameters that are left out are `standing`. */
export type AccessRequest = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
};

/** Makes the request that one caller sends, with the disposable rows that it needs. `place` names the row's variant. */
export type Prepare = (world: AccessWorld, place: string, caller: Caller) => Promise<AccessRequest>;

/** What stands throughout, for paths that only read. */
export const standing: Readonly<Record<string, string>> = {
  space_id: 'space_a',
  group_id: 'own_a',
  member_id: 'member_a',
  user_member_id: 'binding_a',
  user_id: 'user_a',
  role_id: 'role_a',
  role_permission_id: 'rp_a_read',
  member_role_id: 'member_role_a',
  permission_id: 'can_read',
  resource_type: 'invoice',
  resource_id: 'invoice_a',
  template_id: 'blank',
};

const A = 'space_a';
const read: Prepare = async () => ({});
const body = (make: (world: AccessWorld) => Record<string, unknown>): Prepare => {
  return async (world) => ({ body: make(world) });
};

/** A request on a new row; `disabled` gives it the state that a restore asks for. */
const on =
  (parameter: string, make: Make, sent?: Record<string, unknown>, columns: object = {}): Prepare =>
  async (world, place) => ({
    params: { [parameter]: await make(world, columns, place) },
    ...(sent === undefined ? {} : { body: sent }),
  });
const disabled = { status: 'disabled' };

async function loggedIn(world: AccessWorld, email: string): Promise<{ refresh_token: string }> {
  const sent = { email, password: PASSWORD };
  const answer = await world.api<{ refresh_token: string }>('POST', '/api/v1/auth/login', { body: sent });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body.data;
}
async function loginUser(world: AccessWorld): Promise<string> {
  const { userId } = await world.caller('none', true);
  const rows = await world.sql<{ email: string }>('select email from users where id = $1', [userId]);
  return rows[0]?.email ?? '';
}

const manifestOf = (world: AccessWorld) => ({
  ...{
    manifest_version: '1.0',
    plugin_api_version: '1.0',
    id: `acme.${world.name('plugin')}`,
    name: 'Plugin',
  },
  ...{
    version: '0.0.1',
    requires_core: '>=0.0.1 <0.1.0',
    settings: [{ key: 'limit', type: 'integer', default: 5 }],
  },
});
async function plugin(world: AccessWorld, ...verbs: readonly string[]): Promise<string> {
  const manifest = manifestOf(world);
  const { token = '' } = await world.caller('super');
  await world.api('POST', '/api/v1/plugins/install', { token, body: { manifest } });
  for (const verb of verbs) await world.api('POST', `/api/v1/plugins/${manifest.id}/${verb}`, { token });
  return manifest.id;
}
const onPlugin =
  (sent?: Record<string, unknown>, ...verbs: readonly string[]): Prepare =>
  async (world) => ({
    params: { plugin_key: await plugin(world, ...verbs) },
    ...(sent === undefined ? {} : { body: sent }),
  });

const actor = { user_id: 'user_a', member_id: 'member_a', user_member_id: 'binding_a', space_id: A };
/** A session acts through its own Member; a key names whom it acts for. */
const actorFor = (caller: Caller) => (caller.key === undefined ? {} : { actor });
/** A session asks about itself, a key about whomever it names. */
const question: Prepare = async (_, __, { key, userId, memberId, bindingId }) => {
  const self = { user_id: userId, member_id: memberId, user_member_id: bindingId, space_id: A };
  const asked = { action: 'read', resource_type: 'invoice', resource_id: 'invoice_a' };
  return { body: { ...asked, actor: key === undefined ? self : actor } };
};
const stored = { resource_type: 'invoice', display_name: 'New' };
const inGroup = (place: string) => (place === 'group' ? { group_id: 'own_a' } : {});
const inQuery: Prepare = async (_, place) => (place === 'space' ? { query: { space_id: A } } : {});
const auditLog: Prepare = async (world, place) => ({
  params: { audit_log_id: world.auditLogId(place === 'instance' ? null : A) },
});
const changesMember = { display_name: 'Renamed' };
const later = { expires_at: '2999-01-01T00:00:00Z' };

/** The request of every operation. */
export const accessRequests: Readonly<Record<keyof typeof operations, Prepare>> = {
  ...{ getHealth: read, getVersion: read, getReadiness: read, getMetrics: read, getConsoleOverview: read },
  ...{
    listCapabilities: read,
    getAuthMe: read,
    listOwnSessions: read,
    getActorContext: read,
    getAdminMe: read,
  },
  ...{ listAdminGrants: read, listAPIKeys: read, listSpaceAuditLogs: read, listUsers: read, getUser: read },
  ...{
    listSpaces: read,
    getSpace: read,
    listGroups: read,
    getGroupTree: read,
    listMembers: read,
    getMember: read,
  },
  ...{
    getMemberByID: read,
    listUserMembers: read,
    getUserMember: read,
    getUserMemberByID: read,
    listRoles: read,
  },
  ...{ getRole: read, getRoleByID: read, listMemberRoles: read, getMemberRole: read, listPermissions: read },
  ...{
    listSpaceRolePermissions: read,
    getSpaceRolePermission: read,
    getPermission: read,
    getRolePermission: read,
  },
  ...{ listRolePermissions: read, listResourceTypes: read, getResourceType: read, listResourceActions: read },
  ...{ getResourceMapping: read, listSpaceResources: read, listDataTables: read, listDataRows: read },
  ...{ getDataRow: read, listPlugins: read, listTemplates: read, getTemplate: read },
  register: body((world) => ({
    ...{
      email: `${world.name('new')}@example.com`,
      password: PASSWORD,
      registration_token: REGISTRATION_TOKEN,
    },
  })),
  login: async (world) => ({ body: { email: await loginUser(world), password: PASSWORD } }),
  refreshSession: async (world) => {
    const { refresh_token } = await loggedIn(world, await loginUser(world));
    return { body: { refresh_token } };
  },
  logout: async () => ({ body: {} }),
  revokeOwnSession: async (world, _, { userId }) => ({
    params: { session_id: (await insertSession(world, userId)).sessionId },
  }),
  changeOwnPassword: body((world) => ({
    current_password: PASSWORD,
    new_password: `${world.name('meadow')} beyond the narrow river`,
  })),
  switchMember: async (_, __, { bindingId }) => ({ body: { user_member_id: bindingId } }),
  checkAuthorization: question,
  explainAuthorization: question,
  checkAuthorizationBatch: async (...asked) => ({ body: { items: [(await question(...asked)).body] } }),
  getAdminGrant: on('admin_grant_id', newGrant),
  createAdminGrant: async (world, place) => ({
    body: {
      ...{ user_id: await newUser(world, {}, ''), level: grantLevel[place], permission_key: 'users:read' },
      ...ofLevel[place],
    },
  }),
  revokeAdminGrant: on('admin_grant_id', newGrant),
  getAPIKey: on('api_key_id', newKey),
  createAPIKey: async (_, place) => ({
    body: { name: 'New', level: place, permission_keys: ['users:read'], ...ofLevel[place] },
  }),
  updateAPIKey: on('api_key_id', newKey, { name: 'Renamed' }),
  rotateAPIKey: on('api_key_id', newKey, {}),
  revokeAPIKey: on('api_key_id', newKey),
  listAuditLogs: inQuery,
  getAuditLog: auditLog,
  getSpaceAuditLog: auditLog,
  createUser: body((world) => ({ email: `${world.name('new')}@example.com` })),
  updateUser: on('user_id', newUser, { username: 'Renamed' }),
  disableUser: on('user_id', newUser),
  restoreUser: on('user_id', newUser, undefined, disabled),
  createSpace: body(() => ({ name: 'New' })),
  updateSpace: body(() => ({ name: 'Renamed' })),
  disableSpace: read,
  restoreSpace: read,
  createGroup: body((world) => ({ path: world.name('g') })),
  getGroup: on('group_id', newGroup),
  getGroupByID: on('group_id', newGroup),
  updateGroup: on('group_id', newGroup, { name: 'Renamed' }),
  moveGroup: on('group_id', newGroup, { parent_group_id: 'target_a' }),
  disableGroup: on('group_id', newGroup),
  restoreGroup: on('group_id', newGroup, undefined, disabled),
  createMember: body(() => changesMember),
  updateMember: on('member_id', newMember, changesMember),
  disableMember: on('member_id', newMember),
  restoreMember: on('member_id', newMember, undefined, disabled),
  createUserMember: async (world) => ({
    body: { user_id: await newUser(world, {}, ''), member_id: 'member_a', relation_type: 'delegate' },
  }),
  updateUserMember: on('user_member_id', newBinding, later),
  revokeUserMember: on('user_member_id', newBinding),
  createRole: body((world) => ({ key: world.name('role'), name: 'New' })),
  updateRole: on('role_id', newRole, { name: 'Renamed' }),
  disableRole: on('role_id', newRole),
  restoreRole: on('role_id', newRole, undefined, disabled),
  createMemberRole: async (world) => ({ body: await newAssignment(world) }),
  updateMemberRole: on('member_role_id', newMemberRole, later),
  revokeMemberRole: on('member_role_id', newMemberRole),
  createSpaceRolePermission: async (world) => ({ body: await newPair(world) }),
  deleteSpaceRolePermission: on('role_permission_id', newRolePermission),
  createPermission: body((world) => ({ resource: 'invoice', action: world.name('act'), scope: 'space' })),
  updatePermission: on('permission_id', newPermission, { description: 'Described' }),
  disablePermission: on('permission_id', newPermission),
  restorePermission: on('permission_id', newPermission, undefined, disabled),
  createRolePermission: async (world) => ({ body: await newPair(world) }),
  deleteRolePermission: on('role_permission_id', newRolePermission),
  upsertResourceType: body((world) => ({ key: world.name('type') })),
  upsertResourceAction: async (world) => ({
    params: { resource_type: await newType(world) },
    body: { key: 'read' },
  }),
  upsertResourceMapping: async (world) => ({
    params: { resource_type: await newType(world) },
    body: { storage_kind: 'plugin_managed' },
  }),
  listResources: inQuery,
  createResource: async (_, place) => ({ body: { ...stored, space_id: A, ...inGroup(place) } }),
  getResourceByTypeAndID: on('resource_id', newResource),
  createSpaceResource: async (_, place) => ({ body: { ...stored, ...inGroup(place) } }),
  getSpaceResource: on('resource_id', newResource),
  updateSpaceResource: on('resource_id', newResource, changesMember),
  archiveSpaceResource: on('resource_id', newResource),
  restoreSpaceResource: on('resource_id', newResource, undefined, { status: 'archived' }),
  deleteSpaceResource: on('resource_id', newResource),
  createDataRow: async (_, __, caller) => ({
    body: { space_id: A, display_name: 'New', ...actorFor(caller) },
  }),
  updateDataRow: async (world, place, caller) => ({
    params: { resource_id: await newResource(world, {}, place) },
    body: { display_name: 'Renamed', ...actorFor(caller) },
  }),
  deleteDataRow: async (world, place, { key }) => ({
    params: { resource_id: await newResource(world, {}, place) },
    ...(key === undefined ? {} : { query: { actor_user_member_id: 'binding_a' } }),
  }),
  validatePluginManifest: body(manifestOf),
  installPlugin: body((world) => ({ manifest: manifestOf(world) })),
  ...{ getPlugin: onPlugin(), listPluginResources: onPlugin(), listPluginPermissions: onPlugin() },
  ...{ listPluginAuditEvents: onPlugin(), listPluginAdminMenus: onPlugin(), listPluginSettings: onPlugin() },
  enablePlugin: onPlugin(),
  disablePlugin: onPlugin(undefined, 'enable'),
  uninstallPlugin: onPlugin(undefined, 'enable', 'disable'),
  updatePluginSettings: onPlugin({ settings: { limit: 7 } }),
  previewTemplateInstall: body(() => ({ space_id: A })),
  installTemplate: body(() => ({
    space_id: A,
    allow_missing_plugins: true,
    allow_missing_capabilities: true,
  })),
};

/** The path of an operation with the parameters of a request. */
export function pathOf(path: string, { params, query }: AccessRequest): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => params?.[name] ?? standing[name] ?? '');
  return query === undefined ? filled : `${filled}?${new URLSearchParams(query)}`;
}
