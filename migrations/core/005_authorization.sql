-- Who may do what: roles of a Space, permissions of the instance, and the two assignments between them.

-- Equality of text inside an exclusion constraint.
create extension if not exists btree_gist;

create table roles (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  space_id text collate "C" not null references spaces (id),
  key text collate "C" not null check (char_length(key) between 1 and 128),
  name text collate "C" not null check (char_length(name) between 1 and 512),
  description text check (char_length(description) <= 4096),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (space_id, id),
  unique (space_id, key)
);

-- `resource` and `action` are keys, not references: templates and plugins come in any order, so a permission
-- may name a type that is registered later. A global permission exists only as a disabled one.
create table permissions (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  resource text collate "C" not null check (char_length(resource) between 1 and 128),
  action text collate "C" not null check (char_length(action) between 1 and 128),
  scope text collate "C" not null check (scope in ('self', 'group', 'group_tree', 'space', 'global')),
  description text check (char_length(description) <= 4096),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (resource, action, scope),
  constraint permissions_global_check check (scope <> 'global' or status = 'disabled')
);

create table role_permissions (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  space_id text collate "C" not null references spaces (id),
  role_id text collate "C" not null,
  permission_id text collate "C" not null references permissions (id),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (space_id, id),
  constraint role_permissions_role_fkey foreign key (space_id, role_id) references roles (space_id, id)
);
create unique index role_permissions_pair_key on role_permissions (role_id, permission_id)
  where deleted_at is null;
create index role_permissions_permission_idx on role_permissions (permission_id, id);

-- A role held from `not_before` up to, not including, `expires_at`. The same role at the same anchor may be
-- held again in another window, never twice at once; revoked rows stay and bar nothing.
create table member_roles (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  space_id text collate "C" not null references spaces (id),
  member_id text collate "C" not null,
  role_id text collate "C" not null,
  scope_anchor_group_id text collate "C",
  status text collate "C" not null default 'active' check (status in ('active', 'revoked')),
  not_before timestamptz(3),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  revoked_reason text check (char_length(revoked_reason) between 1 and 4096),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (space_id, id),
  constraint member_roles_member_fkey foreign key (space_id, member_id) references members (space_id, id),
  constraint member_roles_role_fkey foreign key (space_id, role_id) references roles (space_id, id),
  constraint member_roles_anchor_fkey foreign key (space_id, scope_anchor_group_id)
    references groups (space_id, id),
  constraint member_roles_window_check check (expires_at > not_before),
  constraint member_roles_revoked_check check ((status = 'revoked') = (revoked_at is not null)),
  constraint member_roles_window_excl exclude using gist (
    space_id with =,
    member_id with =,
    role_id with =,
    coalesce(scope_anchor_group_id, '') with =,
    tstzrange(coalesce(not_before, '-infinity'), coalesce(expires_at, 'infinity'), '[)') with &&
  ) where (status = 'active' and deleted_at is null)
);
create index member_roles_member_idx on member_roles (space_id, member_id, id);
create index member_roles_role_idx on member_roles (space_id, role_id, id);
create index member_roles_anchor_idx on member_roles (space_id, scope_anchor_group_id)
  where scope_anchor_group_id is not null;

do $$
declare
  soft text;
begin
  foreach soft in array array['roles', 'permissions', 'role_permissions', 'member_roles'] loop
    execute format('create trigger %1$I before delete on %2$I for each statement '
      'execute function plystra_refuse_delete()', soft || '_no_delete', soft);
    execute format('create trigger %1$I before truncate on %2$I for each statement '
      'execute function plystra_refuse_truncate()', soft || '_no_truncate', soft);
  end loop;
end
$$;
