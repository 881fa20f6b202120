-- The resource registry: which kinds of business objects exist, what can be done to them, where they are
-- kept, and the objects themselves.

create table resource_types (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  key text collate "C" not null unique check (char_length(key) between 1 and 128),
  display_name text collate "C" not null check (char_length(display_name) between 1 and 512),
  description text check (char_length(description) <= 4096),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  source text collate "C" not null default 'core' check (source ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,255}$'),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now())
);

create table resource_actions (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  resource_type_id text collate "C" not null references resource_types (id),
  key text collate "C" not null check (char_length(key) between 1 and 128),
  display_name text collate "C" not null check (char_length(display_name) between 1 and 512),
  description text check (char_length(description) <= 4096),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  risk_level text collate "C" not null default 'normal'
    check (risk_level in ('low', 'normal', 'high', 'critical')),
  audit_default boolean not null default true,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  unique (resource_type_id, key)
);

-- How rows of a type are found; a type without a row here has the default mapping.
create table resource_mappings (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  resource_type_id text collate "C" not null unique references resource_types (id),
  storage_kind text collate "C" not null default 'internal_table'
    check (storage_kind in ('internal_table', 'plugin_managed')),
  table_name text collate "C" check (char_length(table_name) between 1 and 128),
  id_field text collate "C" not null default 'id' check (char_length(id_field) between 1 and 128),
  space_field text collate "C" not null default 'space_id' check (char_length(space_field) between 1 and 128),
  group_field text collate "C" check (char_length(group_field) between 1 and 128),
  owner_member_field text collate "C" check (char_length(owner_member_field) between 1 and 128),
  visibility_field text collate "C" check (char_length(visibility_field) between 1 and 128),
  metadata_field text collate "C" check (char_length(metadata_field) between 1 and 128),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now())
);

-- Too many and too busy for a revision: a decision checks the row itself when it is recorded.
-- The indexes answer pages by id within a Space, a type, both, a Group and an owner.
create table resources (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  resource_type text collate "C" not null references resource_types (key),
  external_id text collate "C" check (char_length(external_id) between 1 and 512),
  space_id text collate "C" not null references spaces (id),
  group_id text collate "C",
  owner_member_id text collate "C",
  display_name text collate "C" check (char_length(display_name) between 1 and 512),
  visibility text collate "C" not null default 'private'
    check (visibility ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$'),
  status text collate "C" not null default 'active' check (status in ('active', 'archived', 'deleted')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (space_id, id),
  constraint resources_group_fkey foreign key (space_id, group_id) references groups (space_id, id),
  constraint resources_owner_fkey foreign key (space_id, owner_member_id) references members (space_id, id),
  constraint resources_deleted_check check ((status = 'deleted') = (deleted_at is not null))
);
create index resources_space_type_idx on resources (space_id, resource_type, id);
create index resources_type_idx on resources (resource_type, id);
create index resources_group_idx on resources (space_id, group_id, id) where group_id is not null;
create index resources_owner_idx on resources (space_id, owner_member_id, id)
  where owner_member_id is not null;
create index resources_external_idx on resources (space_id, resource_type, external_id)
  where external_id is not null;

create trigger resources_no_delete before delete on resources
  for each statement execute function plystra_refuse_delete();
create trigger resources_no_truncate before truncate on resources
  for each statement execute function plystra_refuse_truncate();
