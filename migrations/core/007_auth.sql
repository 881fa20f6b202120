-- Sessions of Users. Tokens are opaque and kept as keyed hashes; a refresh moves the session to its next
-- generation and leaves the consumed refresh hash behind until the session ends, so that a second use of any
-- generation is recognised.

-- `sealed_pair` is the current token pair, encrypted, for the few seconds in which a repeated refresh is
-- given the same answer. The four-column key makes the active binding the User's own binding to that Member.
create table sessions (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  user_id text collate "C" not null references users (id),
  active_space_id text collate "C",
  active_member_id text collate "C",
  active_user_member_id text collate "C",
  access_token_hash text collate "C" not null unique
    check (char_length(access_token_hash) between 32 and 128),
  refresh_token_hash text collate "C" not null unique
    check (char_length(refresh_token_hash) between 32 and 128),
  generation integer not null default 1 check (generation >= 1),
  expires_at timestamptz(3) not null,
  refresh_expires_at timestamptz(3) not null,
  absolute_expires_at timestamptz(3) not null,
  rotated_at timestamptz(3),
  sealed_pair bytea,
  revoked_at timestamptz(3),
  revoked_reason text check (char_length(revoked_reason) between 1 and 4096),
  ip text collate "C" check (char_length(ip) between 1 and 64),
  user_agent text check (char_length(user_agent) between 1 and 1024),
  last_used_at timestamptz(3),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  constraint sessions_actor_fkey
    foreign key (active_space_id, active_member_id, user_id, active_user_member_id)
    references user_members (space_id, member_id, user_id, id),
  constraint sessions_actor_check check (
    num_nulls(active_space_id, active_member_id, active_user_member_id) in (0, 3)
  ),
  constraint sessions_lifetime_check check (
    expires_at <= absolute_expires_at and refresh_expires_at <= absolute_expires_at
  )
);
create index sessions_user_idx on sessions (user_id, id);
create index sessions_binding_idx on sessions (active_user_member_id) where active_user_member_id is not null;
create index sessions_absolute_expires_at_idx on sessions (absolute_expires_at);

create table session_refresh_tokens (
  token_hash text collate "C" primary key check (char_length(token_hash) between 32 and 128),
  session_id text collate "C" not null references sessions (id) on delete cascade,
  generation integer not null check (generation >= 1),
  consumed_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  unique (session_id, generation)
);
