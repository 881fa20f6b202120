-- The control plane: what Users may administer (admin_grants) and what machines may do (api_keys).
-- The level says which scope columns a row carries; the CHECKs hold it to that.

-- `member_id` narrows a grant to the sessions that act as that Member. Granting may be done from anywhere, so
-- granted_by_member_id is no Space's business; the restriction of a scoped grant is, hence the composite key.
create table admin_grants (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  user_id text collate "C" not null references users (id),
  member_id text collate "C" references members (id),
  space_id text collate "C" references spaces (id),
  group_id text collate "C",
  level text collate "C" not null
    check (level in ('instance_super_admin', 'instance_admin', 'space_admin', 'group_admin')),
  permission_key text collate "C" not null check (
    char_length(permission_key) <= 128 and permission_key ~ '^(\*|[a-z0-9_-]+:(\*|[a-z0-9_-]+))$'
  ),
  status text collate "C" not null default 'active' check (status in ('active', 'revoked')),
  granted_by_user_id text collate "C" references users (id),
  granted_by_member_id text collate "C" references members (id),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  revoked_reason text check (char_length(revoked_reason) between 1 and 4096),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  constraint admin_grants_member_fkey foreign key (space_id, member_id) references members (space_id, id),
  constraint admin_grants_group_fkey foreign key (space_id, group_id) references groups (space_id, id),
  constraint admin_grants_scope_check check (
    case level
      when 'space_admin' then space_id is not null and group_id is null
      when 'group_admin' then space_id is not null and group_id is not null
      else space_id is null and group_id is null
    end
  ),
  constraint admin_grants_revoked_check check ((status = 'revoked') = (revoked_at is not null))
);
create index admin_grants_user_idx on admin_grants (user_id, id);
create index admin_grants_space_idx on admin_grants (space_id, id) where space_id is not null;
create index admin_grants_super_idx on admin_grants (user_id)
  where level = 'instance_super_admin' and status = 'active';

-- Only keyed hashes of the secrets are kept. After a rotation the previous secret may live on for a while.
create table api_keys (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  name text collate "C" not null check (char_length(name) between 1 and 512),
  key_prefix text collate "C" not null check (char_length(key_prefix) between 1 and 160),
  key_hash text collate "C" not null unique check (char_length(key_hash) between 32 and 128),
  previous_key_hash text collate "C" unique check (char_length(previous_key_hash) between 32 and 128),
  previous_key_expires_at timestamptz(3),
  level text collate "C" not null check (level in ('instance', 'space', 'group')),
  space_id text collate "C" references spaces (id),
  group_id text collate "C",
  permission_keys text[] not null
    check (cardinality(permission_keys) >= 1 and array_position(permission_keys, null) is null),
  status text collate "C" not null default 'active' check (status in ('active', 'disabled', 'revoked')),
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  created_by_user_id text collate "C" references users (id),
  created_by_member_id text collate "C" references members (id),
  revoked_at timestamptz(3),
  revoked_by_user_id text collate "C" references users (id),
  revoked_reason text check (char_length(revoked_reason) between 1 and 4096),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  deleted_at timestamptz(3),
  constraint api_keys_group_fkey foreign key (space_id, group_id) references groups (space_id, id),
  constraint api_keys_scope_check check (
    case level
      when 'space' then space_id is not null and group_id is null
      when 'group' then space_id is not null and group_id is not null
      else space_id is null and group_id is null
    end
  ),
  constraint api_keys_previous_check check ((previous_key_hash is null) = (previous_key_expires_at is null)),
  constraint api_keys_revoked_check check ((status = 'revoked') = (revoked_at is not null))
);
create index api_keys_space_idx on api_keys (space_id, id) where space_id is not null;
