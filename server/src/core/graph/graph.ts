import type { GraphRows, GraphTable } from './graph-tables.ts';
import { Memberships } from './memberships.ts';
import type {
  AdminGrantNode,
  ApiKeyNode,
  AssignmentNode,
  GroupNode,
  PermissionNode,
  RoleNode,
  SpaceNode,
} from './nodes.ts';
import { RegistryNodes } from './registry-nodes.ts';

/** The scope of what belongs to the instance. */
export const INSTANCE = '*';

/** Levels of Groups that a path of 1,024 characters has room for. */
const mostLevels = 512;

/**
 * The authorization graph in memory: all that decisions rest on but resources, users and sessions, with the revision
 * at which each scope stands here. It is what the database held at those revisions, and nothing more: whether that is
 * still so is for the fence to find out.
 */
export class Graph {
  /** The run of the database server that it was read from, as `databaseRun` tells it. */
  readonly run: string;
  readonly registry = new RegistryNodes();
  readonly memberships = new Memberships();
  readonly spaces = new Map<string, SpaceNode>();
  readonly apiKeys = new Map<string, ApiKeyNode>();
  readonly permissions = new Map<string, PermissionNode>();
  readonly adminGrants = new Map<string, AdminGrantNode>();
  readonly #revisions = new Map<string, number>();
  readonly #groups = new Map<string, GroupNode>();
  readonly #groupsInOrder: GroupNode[] = [];
  readonly #roles = new Map<string, RoleNode>();
  readonly #rolesInOrder: RoleNode[] = [];
  readonly #rolePermissions = new Map<string, { readonly roleId: string; readonly permissionId: string }>();
  readonly #permissionsByAction = new Map<string, readonly PermissionNode[]>();
  readonly #grantsByUser = new Map<string, readonly AdminGrantNode[]>();

  constructor(run: string) {
    this.run = run;
  }

  /** The revision at which a scope stands here; 0 for one that never moved. */
  revision(scope: string): number {
    return this.#revisions.get(scope) ?? 0;
  }

  setRevision(scope: string, revision: number): void {
    this.#revisions.set(scope, revision);
  }

  /** The scopes that ever moved. */
  get scopes(): Iterable<string> {
    return this.#revisions.keys();
  }

  /** Takes a row in as it is now. Rows that it refers to have to be there already. */
  put<Table extends GraphTable>(table: Table, row: GraphRows[Table]): void {
    (this.#puts[table] as (row: GraphRows[Table]) => void)(row);
  }

  /** Takes out a row that the database has not any more. */
  remove(table: GraphTable, id: string): void {
    if (table === 'resource_types') this.registry.removeType(id);
    else if (table === 'resource_actions') this.registry.removeAction(id);
    else if (table === 'resource_mappings') this.registry.removeMapping(id);
    else if (table === 'api_keys') this.apiKeys.delete(id);
    else if (table === 'admin_grants') this.#removeGrant(id);
    else throw new Error(`Rows of ${table} are never taken out.`);
  }

  /** The Group with this id, in whatever Space; null when there is none or it is deleted. */
  group(id: string): GroupNode | null {
    const group = this.#groups.get(id);
    return group === undefined || group.deleted ? null : group;
  }

  /** The Group at a path of a Space; null when there is none or it is deleted. */
  groupAt(spaceId: string, path: string): GroupNode | null {
    const group = this.spaces.get(spaceId)?.groupsByPath.get(path);
    return group === undefined || group.deleted ? null : group;
  }

  /** Whether a Group and all Groups above it are active. */
  isUsable(group: GroupNode): boolean {
    let at: GroupNode | undefined = group;
    // While a Space is read anew its tree is partly old, and a Group may lie below itself: it has no end then.
    for (let level = 0; at !== undefined && level < mostLevels; level += 1) {
      if (at.status !== 'active' || at.deleted) return false;
      at = at.parentId === null ? undefined : this.#groups.get(at.parentId);
    }
    return at === undefined;
  }

  /** The Role of an assignment. */
  roleOf(assignment: AssignmentNode): RoleNode {
    return this.#rolesInOrder[assignment.roleOrdinal] as RoleNode;
  }

  /** The Group that an assignment is anchored at; null without one, and when it is deleted. */
  anchorOf({ anchorOrdinal }: AssignmentNode): GroupNode | null {
    if (anchorOrdinal === -1) return null;
    const group = this.#groupsInOrder[anchorOrdinal];
    return group === undefined || group.deleted ? null : group;
  }

  /** The permissions for an action on a type, each scope its own, that are not deleted. */
  permissionsFor(resource: string, action: string): readonly PermissionNode[] {
    return this.#permissionsByAction.get(`${resource}\n${action}`) ?? [];
  }

  /** All admin grants of a User, whatever their state. */
  grantsOf(userId: string): readonly AdminGrantNode[] {
    return this.#grantsByUser.get(userId) ?? [];
  }

  /** The Roles and the Groups, in the order in which they came. */
  get roles(): readonly RoleNode[] {
    return this.#rolesInOrder;
  }

  get groups(): readonly GroupNode[] {
    return this.#groupsInOrder;
  }

  readonly #puts: { readonly [Table in GraphTable]: (row: GraphRows[Table]) => void } = {
    spaces: ([id, name, status, deleted]) => {
      const node = this.spaces.get(id) ?? { id, groupsByPath: new Map<string, GroupNode>() };
      this.spaces.set(id, Object.assign(node, { name, status, deleted }));
    },
    groups: (row) => this.#putGroup(row),
    members: (row) => this.memberships.putMember(row),
    user_members: (row) => this.memberships.putBinding(row),
    roles: ([id, spaceId, key, status, deleted]) => {
      const known = this.#roles.get(id);
      if (known !== undefined) {
        Object.assign(known, { spaceId, key, status, deleted });
        return;
      }
      const ordinal = this.#rolesInOrder.length;
      const node = { ordinal, id, spaceId, key, status, deleted, permissions: new Map<string, string>() };
      this.#roles.set(id, node);
      this.#rolesInOrder.push(node);
    },
    permissions: (row) => this.#putPermission(row),
    role_permissions: ([id, roleId, permissionId, deleted]) => {
      const before = this.#rolePermissions.get(id);
      if (before !== undefined) this.#unpair(id, before);
      this.#rolePermissions.delete(id);
      if (deleted) return;
      this.#rolePermissions.set(id, { roleId, permissionId });
      this.#roles.get(roleId)?.permissions.set(permissionId, id);
    },
    member_roles: (row) => {
      const [, , roleId, anchorId] = row;
      const role = this.#roles.get(roleId)?.ordinal ?? -1;
      const anchor = anchorId === null ? -1 : (this.#groups.get(anchorId)?.ordinal ?? -1);
      this.memberships.putAssignment(row, role, anchor);
    },
    resource_types: (row) => this.registry.putType(row),
    resource_actions: (row) => this.registry.putAction(row),
    resource_mappings: (row) => this.registry.putMapping(row),
    admin_grants: (row) => this.#putGrant(row),
    api_keys: (row) => {
      const [id, keyHash, previousKeyHash, previousExpiresAt, spaceId, groupId, permissionKeys] = row;
      const [, , , , , , , status, expiresAt, createdByUserId, deleted] = row;
      const hashes = { keyHash, previousKeyHash, previousExpiresAt };
      const held = { spaceId, groupId, permissionKeys, status, expiresAt };
      this.apiKeys.set(id, { id, ...hashes, ...held, createdByUserId, deleted });
    },
  };

  #putGroup([id, spaceId, parentId, path, status, deleted]: GraphRows['groups']): void {
    const node = this.#groups.get(id) ?? this.#newGroup(id);
    // Paths change hands when a subtree moves; whoever stands at the old one by now keeps it.
    const before = this.spaces.get(node.spaceId)?.groupsByPath;
    if (before?.get(node.path) === node) before.delete(node.path);
    Object.assign(node, { spaceId, parentId, path, status, deleted });
    this.spaces.get(spaceId)?.groupsByPath.set(path, node);
  }

  #newGroup(id: string): GroupNode {
    const state = { spaceId: '', parentId: null, path: '', status: '', deleted: true };
    const node: GroupNode = { ordinal: this.#groupsInOrder.length, id, ...state };
    this.#groups.set(id, node);
    this.#groupsInOrder.push(node);
    return node;
  }

  #putPermission([id, resource, action, scope, status, deleted]: GraphRows['permissions']): void {
    const before = this.permissions.get(id);
    if (before !== undefined) {
      const key = `${before.resource}\n${before.action}`;
      const others = (this.#permissionsByAction.get(key) ?? []).filter((other) => other.id !== id);
      this.#permissionsByAction.set(key, others);
    }
    this.permissions.delete(id);
    if (deleted) return;
    const node = { id, resource, action, scope: scope as PermissionNode['scope'], status };
    this.permissions.set(id, node);
    const key = `${resource}\n${action}`;
    this.#permissionsByAction.set(key, [...(this.#permissionsByAction.get(key) ?? []), node]);
  }

  #unpair(id: string, pair: { readonly roleId: string; readonly permissionId: string }): void {
    const permissions = this.#roles.get(pair.roleId)?.permissions;
    if (permissions?.get(pair.permissionId) === id) permissions.delete(pair.permissionId);
  }

  #putGrant(row: GraphRows['admin_grants']): void {
    const [id, userId, memberId, spaceId, groupId, level, permissionKey, status, expiresAt, deleted] = row;
    this.#removeGrant(id);
    const place = { memberId, spaceId, groupId, level };
    const node = { id, userId, ...place, permissionKey, status, expiresAt, deleted };
    this.adminGrants.set(id, node);
    this.#grantsByUser.set(userId, [...this.grantsOf(userId), node]);
  }

  #removeGrant(id: string): void {
    const node = this.adminGrants.get(id);
    if (node === undefined) return;
    this.adminGrants.delete(id);
    const others = this.grantsOf(node.userId).filter((other) => other.id !== id);
    if (others.length > 0) this.#grantsByUser.set(node.userId, others);
    else this.#grantsByUser.delete(node.userId);
  }
}
