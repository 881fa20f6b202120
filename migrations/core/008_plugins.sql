-- Metadata of plugins: Core keeps what they declare, it does not run them. `plugin_version` is the plugin's
-- own version; `version` is the row's, as everywhere.

create table plugins (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  key text collate "C" not null unique check (char_length(key) between 1 and 128),
  name text collate "C" not null check (char_length(name) between 1 and 512),
  description text check (char_length(description) <= 4096),
  plugin_version text collate "C" not null check (char_length(plugin_version) between 1 and 128),
  source text collate "C" not null default 'local' check (source ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,255}$'),
  status text collate "C" not null default 'installed'
    check (status in ('installed', 'enabled', 'disabled', 'uninstalled')),
  manifest jsonb not null check (jsonb_typeof(manifest) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now())
);

alter table audit_event_types
  add constraint audit_event_types_plugin_fkey foreign key (plugin_id) references plugins (id);

create table plugin_admin_menus (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  plugin_id text collate "C" not null references plugins (id),
  label text collate "C" not null check (char_length(label) between 1 and 512),
  path text collate "C" not null check (char_length(path) between 1 and 1024),
  icon text collate "C" check (char_length(icon) between 1 and 512),
  required_permission text collate "C" check (char_length(required_permission) between 1 and 512),
  sort_order integer not null default 1000,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  unique (plugin_id, path)
);

-- A NULL default_value: the setting has no default.
create table plugin_settings_definitions (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  plugin_id text collate "C" not null references plugins (id),
  key text collate "C" not null check (char_length(key) between 1 and 128),
  value_type text collate "C" not null
    check (value_type in (
      'string', 'integer', 'number', 'boolean', 'string_array', 'array', 'object', 'json'
    )),
  default_value jsonb,
  description text check (char_length(description) <= 4096),
  scope text collate "C" not null default 'space' check (scope in ('space', 'instance')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  unique (plugin_id, key, scope)
);

-- One value a plugin, key and Space; space_id NULL holds the value of the instance, and there is one of it.
create table plugin_settings_values (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  plugin_id text collate "C" not null references plugins (id),
  space_id text collate "C" references spaces (id),
  key text collate "C" not null check (char_length(key) between 1 and 128),
  value jsonb not null,
  updated_by_user_id text collate "C" references users (id),
  updated_by_member_id text collate "C" references members (id),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  unique nulls not distinct (plugin_id, space_id, key)
);
