import { millisecondsOf } from '../../platform/database/index.ts';

/** What each table of the graph is read as: one JSON array a row. The tuples below are those arrays. */
export type GraphRows = {
  spaces: [id: string, name: string, status: string, deleted: boolean];
  groups: [
    id: string,
    spaceId: string,
    parentId: string | null,
    path: string,
    status: string,
    deleted: boolean,
  ];
  members: [
    id: string,
    spaceId: string,
    displayName: string,
    status: 'active' | 'disabled',
    deleted: boolean,
  ];
  user_members: [
    id: string,
    userId: string,
    memberId: string,
    relationType: string,
    status: 'active' | 'revoked',
    isPrimary: boolean,
    expiresAt: number | null,
    deleted: boolean,
  ];
  roles: [id: string, spaceId: string, key: string, status: string, deleted: boolean];
  permissions: [
    id: string,
    resource: string,
    action: string,
    scope: string,
    status: string,
    deleted: boolean,
  ];
  role_permissions: [id: string, roleId: string, permissionId: string, deleted: boolean];
  member_roles: [
    id: string,
    memberId: string,
    roleId: string,
    anchorGroupId: string | null,
    status: 'active' | 'revoked',
    notBefore: number | null,
    expiresAt: number | null,
    deleted: boolean,
  ];
  resource_types: [
    id: string,
    key: string,
    displayName: string,
    description: string | null,
    status: string,
    source: string,
    metadata: Record<string, unknown>,
  ];
  resource_actions: [
    id: string,
    typeId: string,
    key: string,
    displayName: string,
    description: string | null,
    riskLevel: string,
    auditDefault: boolean,
    status: string,
    metadata: Record<string, unknown>,
  ];
  resource_mappings: [
    id: string,
    typeId: string,
    storageKind: string,
    tableName: string | null,
    idField: string,
    spaceField: string,
    groupField: string | null,
    ownerMemberField: string | null,
    visibilityField: string | null,
    metadataField: string | null,
    status: string,
    metadata: Record<string, unknown>,
  ];
  admin_grants: [
    id: string,
    userId: string,
    memberId: string | null,
    spaceId: string | null,
    groupId: string | null,
    level: string,
    permissionKey: string,
    status: string,
    expiresAt: number | null,
    deleted: boolean,
  ];
  api_keys: [
    id: string,
    keyHash: string,
    previousKeyHash: string | null,
    previousExpiresAt: number | null,
    spaceId: string | null,
    groupId: string | null,
    permissionKeys: string[],
    status: string,
    expiresAt: number | null,
    createdByUserId: string | null,
    deleted: boolean,
  ];
};

/** The name of a table of the graph. */
export type GraphTable = keyof GraphRows;

/** How the rows of a table belong to scopes, as the triggers count them (010_graph_triggers.sql). */
type ScopeRule = 'id' | 'space_id' | 'instance';

const deleted = 'deleted_at is not null';

/** The tables of the graph, in an order in which each comes after what its rows refer to. */
export const graphTables: Readonly<
  Record<GraphTable, { readonly scope: ScopeRule; readonly columns: readonly string[] }>
> = {
  spaces: { scope: 'id', columns: ['id', 'name', 'status', deleted] },
  groups: { scope: 'space_id', columns: ['id', 'space_id', 'parent_group_id', 'path', 'status', deleted] },
  members: { scope: 'space_id', columns: ['id', 'space_id', 'display_name', 'status', deleted] },
  user_members: {
    scope: 'space_id',
    columns: [
      ...['id', 'user_id', 'member_id', 'relation_type', 'status', 'is_primary'],
      ...[millisecondsOf('expires_at'), deleted],
    ],
  },
  roles: { scope: 'space_id', columns: ['id', 'space_id', 'key', 'status', deleted] },
  permissions: { scope: 'instance', columns: ['id', 'resource', 'action', 'scope', 'status', deleted] },
  role_permissions: { scope: 'space_id', columns: ['id', 'role_id', 'permission_id', deleted] },
  member_roles: {
    scope: 'space_id',
    columns: [
      ...['id', 'member_id', 'role_id', 'scope_anchor_group_id', 'status'],
      ...[millisecondsOf('not_before'), millisecondsOf('expires_at'), deleted],
    ],
  },
  resource_types: {
    scope: 'instance',
    columns: ['id', 'key', 'display_name', 'description', 'status', 'source', 'metadata'],
  },
  resource_actions: {
    scope: 'instance',
    columns: [
      ...['id', 'resource_type_id', 'key', 'display_name', 'description', 'risk_level', 'audit_default'],
      ...['status', 'metadata'],
    ],
  },
  resource_mappings: {
    scope: 'instance',
    columns: [
      ...['id', 'resource_type_id', 'storage_kind', 'table_name', 'id_field', 'space_field', 'group_field'],
      ...['owner_member_field', 'visibility_field', 'metadata_field', 'status', 'metadata'],
    ],
  },
  admin_grants: {
    scope: 'space_id',
    columns: [
      ...['id', 'user_id', 'member_id', 'space_id', 'group_id', 'level', 'permission_key', 'status'],
      ...[millisecondsOf('expires_at'), deleted],
    ],
  },
  api_keys: {
    scope: 'space_id',
    columns: [
      ...['id', 'key_hash', 'previous_key_hash', millisecondsOf('previous_key_expires_at'), 'space_id'],
      ...[
        'group_id',
        'to_json(permission_keys)',
        'status',
        millisecondsOf('expires_at'),
        'created_by_user_id',
      ],
      deleted,
    ],
  },
};

/** The names of the tables, in their order. */
export const graphTableNames = Object.keys(graphTables) as readonly GraphTable[];

/** The expression that reads a row of the table as its JSON array. */
export function rowOf(table: GraphTable): string {
  return `json_build_array(${graphTables[table].columns.join(', ')})`;
}
