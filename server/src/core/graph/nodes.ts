/** A Space of the graph. */
export type SpaceNode = {
  readonly id: string;
  name: string;
  status: string;
  deleted: boolean;
  readonly groupsByPath: Map<string, GroupNode>;
};

/** A Group of the graph. A deleted one stays: what is below it is not usable. */
export type GroupNode = {
  /** Its number in the graph. */
  readonly ordinal: number;
  readonly id: string;
  spaceId: string;
  parentId: string | null;
  path: string;
  status: string;
  deleted: boolean;
};

/** A Role of the graph. */
export type RoleNode = {
  /** Its number in the graph. */
  readonly ordinal: number;
  readonly id: string;
  spaceId: string;
  key: string;
  status: string;
  deleted: boolean;
  /** The permissions in the Role, by id, with the id of the row that brings each. */
  readonly permissions: Map<string, string>;
};

/** A Permission of the graph. */
export type PermissionNode = {
  readonly id: string;
  readonly resource: string;
  readonly action: string;
  readonly scope: 'self' | 'group' | 'group_tree' | 'space' | 'global';
  readonly status: string;
};

/** A resource type, as decisions show it. */
export type ResourceTypeNode = {
  readonly id: string;
  readonly key: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly status: string;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** An action of a resource type, as decisions show it. */
export type ResourceActionNode = {
  readonly id: string;
  readonly resourceTypeId: string;
  readonly key: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly riskLevel: string;
  readonly auditDefault: boolean;
  readonly status: string;
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** The mapping of a resource type, as decisions show it. */
export type ResourceMappingNode = {
  readonly id: string;
  readonly resourceTypeId: string;
  readonly storageKind: string;
  readonly tableName: string | null;
  readonly idField: string;
  readonly spaceField: string;
  readonly groupField: string | null;
  readonly ownerMemberField: string | null;
  readonly visibilityField: string | null;
  readonly metadataField: string | null;
  readonly status: string;
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** An admin grant of the graph. Instants are milliseconds since the epoch. */
export type AdminGrantNode = {
  readonly id: string;
  readonly userId: string;
  readonly memberId: string | null;
  readonly spaceId: string | null;
  readonly groupId: string | null;
  readonly level: string;
  readonly permissionKey: string;
  readonly status: string;
  readonly expiresAt: number | null;
  readonly deleted: boolean;
};

/** An API key of the graph. Instants are milliseconds since the epoch. */
export type ApiKeyNode = {
  readonly id: string;
  readonly keyHash: string;
  readonly previousKeyHash: string | null;
  readonly previousExpiresAt: number | null;
  readonly spaceId: string | null;
  readonly groupId: string | null;
  readonly permissionKeys: readonly string[];
  readonly status: string;
  readonly expiresAt: number | null;
  readonly createdByUserId: string | null;
  readonly deleted: boolean;
};

/** A Member of the graph. */
export type MemberNode = {
  readonly id: string;
  readonly spaceId: string;
  readonly displayName: string;
  readonly status: 'active' | 'disabled';
};

/** A binding of the graph. `expiresAt` is in milliseconds since the epoch. */
export type BindingNode = {
  readonly id: string;
  readonly userId: string;
  readonly memberId: string;
  readonly spaceId: string;
  readonly relationType: string;
  readonly status: 'active' | 'revoked';
  readonly isPrimary: boolean;
  readonly expiresAt: number | null;
};

/** A Role held by a Member. Role and anchor are named by their numbers; instants are milliseconds since the epoch. */
export type AssignmentNode = {
  readonly id: string;
  readonly roleOrdinal: number;
  /** -1 without an anchor. */
  readonly anchorOrdinal: number;
  readonly status: 'active' | 'revoked';
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
};
