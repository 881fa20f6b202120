-- Business identity: who logs in (users), where (spaces, groups), as whom (members), and what ties the two
-- together (user_members).
--
-- Every parent inside a Space has unique (space_id, id) and every child refers to both columns: a row that
-- points into another Space cannot be stored. All five tables are soft-deleted only.

create table users (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  email text collate "C" not null unique
    check (email = lower(email) and char_length(email) between 3 and 254),
  username text collate "C" check (char_length(username) between 1 and 256),
  phone text collate "C" check (char_length(phone) between 1 and 64),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  password_hash text collate "C" check (char_length(password_hash) between 1 and 1024),
  password_changed_at timestamptz(3),
  last_login_at timestamptz(3),
  email_verified_at timestamptz(3),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3)
);

create table spaces (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  name text collate "C" not null check (char_length(name) between 1 and 512),
  slug text collate "C" unique check (char_length(slug) between 1 and 128),
  type text collate "C" not null default 'custom' check (type ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$'),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3)
);
create index spaces_name_idx on spaces (name, id);

-- `path` is the parent's path and one more segment; the unique index on (space_id, path) is in C order and
-- so serves the search for a whole subtree (`path like 'finance.%'`) too.
create table groups (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  space_id text collate "C" not null references spaces (id),
  parent_group_id text collate "C",
  name text collate "C" not null check (char_length(name) between 1 and 512),
  display_name text collate "C" check (char_length(display_name) between 1 and 512),
  path text collate "C" not null
    check (path ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' and char_length(path) <= 1024),
  depth integer not null,
  sort_order integer not null default 1000,
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (space_id, id),
  unique (space_id, path),
  constraint groups_parent_fkey foreign key (space_id, parent_group_id) references groups (space_id, id),
  constraint groups_depth_check check (depth = char_length(path) - char_length(replace(path, '.', ''))),
  constraint groups_root_check check ((parent_group_id is null) = (depth = 0)),
  constraint groups_own_parent_check check (parent_group_id <> id)
);
create index groups_parent_idx on groups (space_id, parent_group_id) where parent_group_id is not null;

create table members (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  space_id text collate "C" not null references spaces (id),
  display_name text collate "C" not null check (char_length(display_name) between 1 and 512),
  member_type text collate "C" not null default 'human'
    check (member_type ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$'),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled')),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (space_id, id)
);
create index members_display_name_idx on members (space_id, display_name, id);

-- One User may be bound to one Member several times (a login, a delegation, an expired one).
-- The four-column key lets a session name its binding in a way that only the User's own binding satisfies.
create table user_members (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  user_id text collate "C" not null references users (id),
  member_id text collate "C" not null,
  space_id text collate "C" not null references spaces (id),
  relation_type text collate "C" not null check (relation_type ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$'),
  status text collate "C" not null default 'active' check (status in ('active', 'revoked')),
  is_primary boolean not null default false,
  expires_at timestamptz(3),
  linked_by_member_id text collate "C",
  linked_at timestamptz(3) default date_trunc('milliseconds', now()),
  revoked_at timestamptz(3),
  revoked_reason text check (char_length(revoked_reason) between 1 and 4096),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  unique (space_id, id),
  constraint user_members_session_key unique (space_id, member_id, user_id, id),
  constraint user_members_member_fkey foreign key (space_id, member_id) references members (space_id, id),
  constraint user_members_linked_by_fkey foreign key (space_id, linked_by_member_id)
    references members (space_id, id),
  constraint user_members_revoked_check check ((status = 'revoked') = (revoked_at is not null))
);
create index user_members_user_idx on user_members (user_id, id);

-- The tree is checked when the transaction commits, so that a subtree may be moved row by row.
create function plystra_check_group_path() returns trigger
language plpgsql set search_path from current as $$
declare
  node groups%rowtype;
  wrong text;
begin
  select * into node from groups where id = new.id;
  if not found then
    return null;
  end if;
  if node.parent_group_id is not null and not exists (
    select from groups as parent
    where parent.space_id = node.space_id and parent.id = node.parent_group_id
      and node.depth = parent.depth + 1 and starts_with(node.path, parent.path || '.')
  ) then
    wrong := node.id;
  else
    select child.id into wrong from groups as child
    where child.space_id = node.space_id and child.parent_group_id = node.id
      and not (child.depth = node.depth + 1 and starts_with(child.path, node.path || '.'))
    limit 1;
  end if;
  if wrong is not null then
    raise exception 'the path of group % is not its parent''s path and one more segment', wrong
      using errcode = 'check_violation', constraint = 'groups_path_check_parent', table = 'groups',
            hint = 'A move changes the whole subtree in one transaction.';
  end if;
  return null;
end
$$;

create constraint trigger groups_path_follows_parent
  after insert or update of space_id, parent_group_id, path, depth on groups
  deferrable initially deferred for each row execute function plystra_check_group_path();

do $$
declare
  soft text;
begin
  foreach soft in array array['users', 'spaces', 'groups', 'members', 'user_members'] loop
    execute format('create trigger %1$I before delete on %2$I for each statement '
      'execute function plystra_refuse_delete()', soft || '_no_delete', soft);
    execute format('create trigger %1$I before truncate on %2$I for each statement '
      'execute function plystra_refuse_truncate()', soft || '_no_truncate', soft);
  end loop;
end
$$;
