import type { operations } from '../../src/contract/generated/core/operations.ts';

/**
 * Who may do what, over every operation of Core.
 *
 * A row is an operation whose request is valid and addresses an object of Space A; a cell is the answer that a caller
 * gets. `ok` is a success that was carried out, anything else the status of the refusal. The columns, in order:
 *
 * - `none` without a credential; `user` a User without any grant;
 * - `group`, `spaceA`, `spaceB`, `instance` Users with `*` as admin of one Group of A, of A, of another Space, and of
 *   the instance; `super` the instance super admin;
 * - `keyI`, `keyA`, `keyG` API keys with `*` of the instance, of A, and of the same Group of A;
 * - `exp`, `rev`, `dis` keys with `*` of the instance that are expired, revoked, disabled; `ended` the session of a
 *   User who was disabled, and who was instance admin with `*`.
 *
 * A credential that is not good (the last four) is 401 wherever one is looked at. Callers that have a column's cells
 * without being in the table are in `alike`.
 */
export const columns = [
  ...(['none', 'user', 'group', 'spaceA', 'spaceB', 'instance', 'super'] as const),
  ...(['keyI', 'keyA', 'keyG', 'exp', 'rev', 'dis', 'ended'] as const),
] as const;

/** Who is answered like a column on every row: rights and sessions that are over leave nothing behind. */
export const alike = {
  // Users whose right, `*` for the instance or a Space, does not count: its end is past, it was revoked, its Space is off.
  expiredGrant: 'user',
  revokedGrant: 'user',
  disabledSpace: 'user',
  // Sessions of an instance admin with `*` whose access token has expired, or which have been ended.
  expiredSession: 'ended',
  revokedSession: 'ended',
} as const;

/** One kind of principal. */
export type Column = (typeof columns)[number] | keyof typeof alike;

/** The cells of one row, in the order of `columns`. */
export type Row = string;

// Families of operations: the same rule, the same row.
//               none user grp  A    B    inst sup  keyI keyA keyG exp rev  dis  ended
/** No credential is looked at. */
const open = '    ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok  ok   ok   ok';
/** What a User does for itself: any session, and nothing else. */
const self = '    401  ok   ok   ok   ok   ok   ok   401  401  401  401 401  401  401';
/** Whoever holds the right anywhere: what is asked for shows what is within reach, or belongs to no Space. */
const holder = '  401  403  ok   ok   ok   ok   ok   ok   ok   ok   401 401  401  401';
/** What belongs to the instance, or concerns all Spaces. */
const instance = '401  403  403  403  403  ok   ok   ok   403  403  401 401  401  401';
/** The Space in the path or query as a whole; out of reach it is 403, also for a Group's admin. */
const space = '   401  403  403  ok   403  ok   ok   ok   ok   403  401 401  401  401';
/** In the path of A, in the Group of the Group's admin. */
const own = '     401  403  ok   ok   403  ok   ok   ok   ok   ok   401 401  401  401';
/** In the path of A, in another Group or none: unknown to the Group's admin, whom the Space is not closed to. */
const beside = '  401  403  404  ok   403  ok   ok   ok   ok   404  401 401  401  401';
/** Looked up alone, in the Group: unknown where it is not within reach. */
const ownAlone = '401  403  ok   ok   404  ok   ok   ok   ok   ok   401 401  401  401';
/** Looked up alone, in no Group or another one. */
const alone = '   401  403  404  ok   404  ok   ok   ok   ok   404  401 401  401  401';
/** Looked up alone, and of the instance. */
const above = '   401  403  404  404  404  ok   ok   ok   404  404  401 401  401  401';
/** A question about an actor of A: a right for one Group of it is enough to ask. */
const asking = '  401  403  ok   ok   403  ok   ok   ok   ok   ok   401 401  401  401';
/** Made at a place that the body names: the Group, the Space. */
const intoGroup = own;
const intoSpace = space;
/** Grants are given and taken by sessions only: a key is 403, whatever it carries. */
const grantGroup = '    401  403  ok   ok   403  ok   ok   403  403  403  401 401  401  401';
const grantSpace = '    401  403  403  ok   403  ok   ok   403  403  403  401 401  401  401';
/** Rights of instance levels are a matter of super admins alone. */
const grantInstance = ' 401  403  403  403  403  403  ok   403  403  403  401 401  401  401';
const revokeGroup = '   401  403  ok   ok   404  ok   ok   403  403  403  401 401  401  401';
const revokeSpace = '   401  403  404  ok   404  ok   ok   403  403  403  401 401  401  401';
const revokeInstance = '401  403  404  404  404  403  ok   403  403  403  401 401  401  401';

const groupOrBeside = { own, beside };
const threeLevels = { group: ownAlone, space: alone, instance: above };
const spaceOrAll = { space, all: instance };

/** All operations. Where the place of the object matters, one row for each place. */
export const accessTable: Readonly<Record<keyof typeof operations, Row | Readonly<Record<string, Row>>>> = {
  // System
  getHealth: open,
  getVersion: open,
  getReadiness: open,
  getMetrics: instance,
  getConsoleOverview: instance,
  listCapabilities: instance,
  // Sessions. Logging out answers everybody the same.
  register: open,
  login: open,
  refreshSession: open,
  logout: open,
  getAuthMe: self,
  listOwnSessions: self,
  revokeOwnSession: self,
  changeOwnPassword: self,
  getActorContext: self,
  switchMember: self,
  // Deciding
  checkAuthorization: asking,
  explainAuthorization: asking,
  checkAuthorizationBatch: asking,
  // Admin grants and API keys. Lists show what is within reach.
  getAdminMe: holder,
  listAdminGrants: holder,
  getAdminGrant: threeLevels,
  createAdminGrant: { group: grantGroup, space: grantSpace, instance: grantInstance, super: grantInstance },
  revokeAdminGrant: {
    group: revokeGroup,
    space: revokeSpace,
    instance: revokeInstance,
    super: revokeInstance,
  },
  listAPIKeys: holder,
  getAPIKey: threeLevels,
  createAPIKey: { group: intoGroup, space: intoSpace, instance },
  updateAPIKey: threeLevels,
  rotateAPIKey: threeLevels,
  revokeAPIKey: threeLevels,
  // Audit
  listAuditLogs: spaceOrAll,
  getAuditLog: { space: alone, instance: above },
  listSpaceAuditLogs: space,
  getSpaceAuditLog: beside,
  // Users
  listUsers: instance,
  getUser: instance,
  createUser: instance,
  updateUser: instance,
  disableUser: instance,
  restoreUser: instance,
  // Spaces
  listSpaces: instance,
  createSpace: instance,
  getSpace: space,
  updateSpace: space,
  disableSpace: space,
  // Grants and keys of a Space authorise nothing while it is disabled.
  restoreSpace: instance,
  // Groups
  listGroups: space,
  getGroupTree: space,
  createGroup: space,
  getGroup: groupOrBeside,
  getGroupByID: { own: ownAlone, beside: alone },
  updateGroup: groupOrBeside,
  moveGroup: groupOrBeside,
  disableGroup: groupOrBeside,
  restoreGroup: groupOrBeside,
  // Members and bindings
  listMembers: space,
  createMember: space,
  getMember: space,
  getMemberByID: alone,
  updateMember: space,
  disableMember: space,
  restoreMember: space,
  listUserMembers: space,
  createUserMember: space,
  getUserMember: space,
  getUserMemberByID: alone,
  updateUserMember: space,
  revokeUserMember: space,
  // Roles
  listRoles: space,
  createRole: space,
  getRole: space,
  getRoleByID: alone,
  updateRole: space,
  disableRole: space,
  restoreRole: space,
  listMemberRoles: space,
  createMemberRole: space,
  getMemberRole: space,
  updateMemberRole: space,
  revokeMemberRole: space,
  listSpaceRolePermissions: space,
  createSpaceRolePermission: space,
  getSpaceRolePermission: space,
  deleteSpaceRolePermission: space,
  // Permissions. Whoever gives them to Roles of a Space has to see what there is.
  listPermissions: holder,
  createPermission: instance,
  getPermission: holder,
  updatePermission: instance,
  disablePermission: instance,
  restorePermission: instance,
  listRolePermissions: instance,
  createRolePermission: instance,
  getRolePermission: instance,
  deleteRolePermission: instance,
  // Registry. Types and actions are read like Permissions; a mapping tells how an instance stores its data.
  listResourceTypes: holder,
  upsertResourceType: instance,
  getResourceType: holder,
  listResourceActions: holder,
  upsertResourceAction: instance,
  getResourceMapping: instance,
  upsertResourceMapping: instance,
  // Resources
  listResources: spaceOrAll,
  createResource: { group: intoGroup, space: intoSpace },
  getResourceByTypeAndID: { own: ownAlone, beside: alone },
  listSpaceResources: space,
  createSpaceResource: { group: intoGroup, space: intoSpace },
  getSpaceResource: groupOrBeside,
  updateSpaceResource: groupOrBeside,
  archiveSpaceResource: groupOrBeside,
  restoreSpaceResource: groupOrBeside,
  deleteSpaceResource: groupOrBeside,
  // Data Console: a right over the whole instance, and on top of it the decision about the acting Member
  listDataTables: instance,
  listDataRows: instance,
  getDataRow: instance,
  createDataRow: instance,
  updateDataRow: instance,
  deleteDataRow: instance,
  // Plugins
  listPlugins: instance,
  validatePluginManifest: instance,
  installPlugin: instance,
  getPlugin: instance,
  enablePlugin: instance,
  disablePlugin: instance,
  uninstallPlugin: instance,
  listPluginResources: instance,
  listPluginPermissions: instance,
  listPluginAuditEvents: instance,
  listPluginAdminMenus: instance,
  listPluginSettings: instance,
  updatePluginSettings: instance,
  // Templates
  listTemplates: instance,
  getTemplate: instance,
  previewTemplateInstall: instance,
  installTemplate: instance,
};
