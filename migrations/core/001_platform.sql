-- Ground that every capability stands on: the revisions of the authorization graph with their change log,
-- the counters of the throttles, the memory of idempotent requests, and the functions that refuse what
-- must never happen to a table.
--
-- Conventions of the whole chain: ids and sort columns are `collate "C"`, so that keyset pages and lock order
-- are the same on every machine; instants are timestamptz(3), and a default cuts where the type would round;
-- an absent reference is NULL; `version` is the row's ETag and is moved by whoever writes the row.

-- How far the graph of one Space (scope = its id) or of the instance (scope = '*') has moved.
-- Gapless: the first change is revision 1, an absent row counts as 0. The rows are hot: room for HOT updates.
create table graph_revisions (
  scope text collate "C" primary key check (char_length(scope) between 1 and 128),
  revision bigint not null check (revision >= 0),
  changed_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp())
) with (fillfactor = 50);

-- What changed under each revision. A follower reads `scope = $1 and revision > $2 order by revision`
-- from the primary key. Rows may be trimmed from the old end of a scope; nothing else deletes them.
create table graph_changes (
  scope text collate "C" not null,
  revision bigint not null check (revision >= 1),
  entity text collate "C" not null,
  entity_id text collate "C" not null,
  primary key (scope, revision, entity, entity_id)
);

-- Counters of failed and of costly attempts. Keys are keyed hashes, so that the table names nobody.
-- One row is one upsert: count first, compare afterwards.
create table throttles (
  bucket text collate "C" not null check (char_length(bucket) between 1 and 128),
  key_hash text collate "C" not null check (char_length(key_hash) between 1 and 128),
  attempts integer not null default 0 check (attempts >= 0),
  window_ends_at timestamptz(3) not null,
  locked_until timestamptz(3),
  lock_count integer not null default 0 check (lock_count >= 0),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  primary key (bucket, key_hash)
);
create index throttles_window_ends_at_idx on throttles (window_ends_at);

-- The answer that a creating request was given, kept so that its repetition gets the same one.
-- Written in the transaction of the mutation: a row that exists is an answer that was earned.
create table idempotency_keys (
  principal text collate "C" not null check (char_length(principal) between 1 and 256),
  operation_id text collate "C" not null check (char_length(operation_id) between 1 and 128),
  key text collate "C" not null check (char_length(key) between 1 and 255),
  request_hash text collate "C" not null check (char_length(request_hash) between 1 and 128),
  response_status integer not null check (response_status between 100 and 599),
  response_body jsonb,
  response_headers jsonb not null default '{}' check (jsonb_typeof(response_headers) = 'object'),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  expires_at timestamptz(3) not null,
  primary key (principal, operation_id, key),
  constraint idempotency_keys_lifetime_check check (expires_at > created_at)
);
create index idempotency_keys_expires_at_idx on idempotency_keys (expires_at);

-- Refuses DELETE on tables whose rows are only ever marked as deleted.
create function plystra_refuse_delete() returns trigger
language plpgsql set search_path from current as $$
begin
  raise exception 'rows of % are never deleted', tg_table_name
    using errcode = 'restrict_violation',
          hint = format('Mark the row: update %I set deleted_at = now() where id = ...', tg_table_name);
end
$$;

-- Refuses TRUNCATE, which no row trigger and no revision would notice.
create function plystra_refuse_truncate() returns trigger
language plpgsql set search_path from current as $$
begin
  raise exception '% cannot be truncated', tg_table_name
    using errcode = 'restrict_violation',
          hint = 'Readers follow this table row by row; a truncation would pass them unnoticed.';
end
$$;

-- A revision goes up by one or stays; a number that was used once must never come back, or a decision
-- made under its first meaning would count as current under the second.
create function plystra_guard_revision() returns trigger
language plpgsql set search_path from current as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'revisions are never deleted' using errcode = 'restrict_violation';
  end if;
  if new.scope <> old.scope or new.revision not in (old.revision, old.revision + 1) then
    raise exception 'the revision of scope % moves by one: % cannot become %',
      old.scope, old.revision, new.revision
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger graph_revisions_guard before update or delete on graph_revisions
  for each row execute function plystra_guard_revision();
create trigger graph_revisions_no_truncate before truncate on graph_revisions
  for each statement execute function plystra_refuse_truncate();

-- Locks the revision rows that a mutation will move, in the one order that keeps locks from crossing: the
-- instance first ('*' sorts before every id), then Spaces by id in C order. A NULL stands for the instance.
-- Returns the rows as locked; a scope that never moved gets its row here, at revision 0.
create function plystra_lock_scopes(scopes text[]) returns setof graph_revisions
language plpgsql set search_path from current as $$
declare
  wanted text;
begin
  for wanted in
    select distinct coalesce(listed.scope, '*') collate "C" from unnest(scopes) as listed (scope) order by 1
  loop
    insert into graph_revisions (scope, revision) values (wanted, 0) on conflict (scope) do nothing;
    return query select * from graph_revisions as g where g.scope = wanted for no key update;
  end loop;
end
$$;
