/** One row of `users`; only the columns that can matter to a decision, as in every row type below. */
export interface UserRow {
  id: string;
  email: string;
  status: 'active' | 'disabled';
  deleted_at: string | null;
}

/** One row of `spaces`. */
export interface SpaceRow {
  id: string;
  name: string;
  status: 'active' | 'disabled';
  deleted_at: string | null;
}

/** One row of `groups`; `path` is the parent's path and one more segment. */
export interface GroupRow {
  id: string;
  space_id: string;
  parent_group_id: string | null;
  name: string;
  path: string;
  status: 'active' | 'disabled';
  deleted_at: string | null;
}

/** One row of `members`. */
export interface MemberRow {
  id: string;
  space_id: string;
  display_name: string;
  status: 'active' | 'disabled';
  deleted_at: string | null;
}

/** One row of `user_members`: the binding that lets a User act as a Member. */
export interface UserMemberRow {
  id: string;
  user_id: string;
  member_id: string;
  space_id: string;
  relation_type: string;
  status: 'active' | 'revoked';
  is_primary: boolean;
  expires_at: string | null;
  deleted_at: string | null;
}

/** One row of `roles`. */
export interface RoleRow {
  id: string;
  space_id: string;
  key: string;
  name: string;
  status: 'active' | 'disabled';
  deleted_at: string | null;
}

/** What a permission reaches. `global` is reserved: stored as disabled, never covering anything. */
export type Scope = 'self' | 'group' | 'group_tree' | 'space' | 'global';

/** One row of `permissions`; belongs to the instance and may name an unregistered resource or action. */
export interface PermissionRow {
  id: string;
  resource: string;
  action: string;
  scope: Scope;
  status: 'active' | 'disabled';
  deleted_at: string | null;
}

/** One row of `role_permissions`. */
export interface RolePermissionRow {
  id: string;
  space_id: string;
  role_id: string;
  permission_id: string;
  deleted_at: string | null;
}

/** One row of `member_roles`; valid while `not_before <= now < expires_at`, an absent edge being open. */
export interface MemberRoleRow {
  id: string;
  space_id: string;
  member_id: string;
  role_id: string;
  scope_anchor_group_id: string | null;
  status: 'active' | 'revoked';
  not_before: string | null;
  expires_at: string | null;
  deleted_at: string | null;
}

/** One row of `resource_types`. */
export interface ResourceTypeRow {
  id: string;
  key: string;
  display_name: string;
  status: 'active' | 'disabled';
}

/** One row of `resource_actions`. */
export interface ResourceActionRow {
  id: string;
  resource_type_id: string;
  key: string;
  display_name: string;
  status: 'active' | 'disabled';
}

/** One row of `resource_mappings`; no decision depends on one. */
export interface ResourceMappingRow {
  id: string;
  resource_type_id: string;
  storage_kind: 'internal_table' | 'plugin_managed';
  status: 'active' | 'disabled';
}

/** One row of `resources`. */
export interface ResourceRow {
  id: string;
  resource_type: string;
  space_id: string;
  group_id: string | null;
  owner_member_id: string | null;
  status: 'active' | 'archived' | 'deleted';
  deleted_at: string | null;
}

/**
 * Everything that a decision can read, as plain rows. Keys are table names; instants are ISO 8601 strings in
 * UTC with exactly three decimals, so that comparing the strings is comparing the instants.
 */
export interface World {
  users: UserRow[];
  spaces: SpaceRow[];
  groups: GroupRow[];
  members: MemberRow[];
  user_members: UserMemberRow[];
  roles: RoleRow[];
  permissions: PermissionRow[];
  role_permissions: RolePermissionRow[];
  member_roles: MemberRoleRow[];
  resource_types: ResourceTypeRow[];
  resource_actions: ResourceActionRow[];
  resource_mappings: ResourceMappingRow[];
  resources: ResourceRow[];
}

/** A world without a single row. */
export function emptyWorld(): World {
  return {
    users: [],
    spaces: [],
    groups: [],
    members: [],
    user_members: [],
    roles: [],
    permissions: [],
    role_permissions: [],
    member_roles: [],
    resource_types: [],
    resource_actions: [],
    resource_mappings: [],
    resources: [],
  };
}
