-- Indexes for pages of lists, so that a page costs the same however long its list is. Each holds its rows in the order
-- of the list behind the columns of a filter. Rows that a list leaves out are not in it, and what few rows have (a
-- Resource that is archived, a Member that is disabled) has an index of only those.

drop index resources_space_type_idx, resources_type_idx, resources_group_idx, resources_owner_idx,
  resources_external_idx;
create index resources_space_type_idx on resources (space_id, resource_type, id) where deleted_at is null;
create index resources_type_idx on resources (resource_type, id) where deleted_at is null;
-- Ids of Groups and Members are of one Space each: the instance-wide list is served by the same index.
create index resources_group_idx on resources (group_id, resource_type, id)
  where group_id is not null and deleted_at is null;
create index resources_owner_idx on resources (owner_member_id, resource_type, id)
  where owner_member_id is not null and deleted_at is null;
create index resources_external_idx on resources (external_id, resource_type, id)
  where external_id is not null and deleted_at is null;
create index resources_archived_idx on resources (resource_type, id) where status = 'archived';
create index resources_archived_space_idx on resources (space_id, resource_type, id) where status = 'archived';
create index resources_archived_group_idx on resources (group_id, resource_type, id)
  where status = 'archived' and group_id is not null;
create index resources_archived_owner_idx on resources (owner_member_id, resource_type, id)
  where status = 'archived' and owner_member_id is not null;

create index users_disabled_idx on users (email, id) where status = 'disabled';
create index members_disabled_idx on members (space_id, display_name, id) where status = 'disabled';
create index members_type_idx on members (space_id, member_type, display_name, id);
create index user_members_revoked_idx on user_members (space_id, id) where status = 'revoked';
create index user_members_relation_idx on user_members (space_id, relation_type, id);
create index member_roles_revoked_idx on member_roles (space_id, id) where status = 'revoked';

drop index admin_grants_space_idx, api_keys_space_idx;
create index admin_grants_created_idx on admin_grants (created_at, id);
create index admin_grants_space_created_idx on admin_grants (space_id, created_at, id)
  where space_id is not null;
create index admin_grants_group_created_idx on admin_grants (group_id, created_at, id)
  where group_id is not null;
create index admin_grants_level_created_idx on admin_grants (level, created_at, id);
create index admin_grants_revoked_idx on admin_grants (created_at, id) where status = 'revoked';
create index api_keys_created_idx on api_keys (created_at, id);
create index api_keys_space_created_idx on api_keys (space_id, created_at, id) where space_id is not null;
create index api_keys_group_created_idx on api_keys (group_id, created_at, id) where group_id is not null;
create index api_keys_level_created_idx on api_keys (level, created_at, id);
create index api_keys_ended_idx on api_keys (status, created_at, id) where status <> 'active';

drop index audit_logs_resource_idx;
create index audit_logs_resource_type_idx on audit_logs (resource_type, created_at, id);
create index audit_logs_resource_idx on audit_logs (resource_id, created_at, id) where resource_id is not null;
create index audit_logs_denied_idx on audit_logs (created_at, id) where decision = 'deny';
create index audit_logs_denied_space_idx on audit_logs (space_id, created_at, id) where decision = 'deny';
