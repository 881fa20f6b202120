-- The audit log: every decision and every mutation, append-only, partitioned by month.
--
-- No foreign key leaves audit_logs: a row says what was asked, whether or not it existed. The triggers refuse
-- UPDATE, DELETE and TRUNCATE for everybody, the owner included, on each partition directly, and with
-- session_replication_role = replica (ENABLE ALWAYS). Retention detaches whole partitions; a detached month
-- stays refused, because each partition has triggers of its own beside those inherited from the parent.

create table audit_logs (
  id text collate "C" not null check (char_length(id) = 38),
  space_id text collate "C",
  actor_user_id text collate "C",
  actor_member_id text collate "C",
  actor_user_member_id text collate "C",
  actor_api_key_id text collate "C",
  action text collate "C" not null,
  resource_type text collate "C" not null,
  resource_id text collate "C",
  decision text collate "C" not null check (decision in ('allow', 'deny')),
  deny_code text collate "C",
  trace jsonb not null check (jsonb_typeof(trace) = 'object'),
  request_id text collate "C",
  ip_address text collate "C",
  user_agent text,
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  primary key (id, created_at),
  constraint audit_logs_deny_code_check check (deny_code is null or decision = 'deny')
) partition by range (created_at);

-- Pages go newest first; a btree is read backwards as fast as forwards, and ascending keys append at its end.
create index audit_logs_space_idx on audit_logs (space_id, created_at, id);
create index audit_logs_created_idx on audit_logs (created_at, id);
create index audit_logs_actor_user_idx on audit_logs (actor_user_id, created_at, id)
  where actor_user_id is not null;
create index audit_logs_actor_member_idx on audit_logs (actor_member_id, created_at, id)
  where actor_member_id is not null;
create index audit_logs_actor_binding_idx on audit_logs (actor_user_member_id, created_at, id)
  where actor_user_member_id is not null;
create index audit_logs_actor_api_key_idx on audit_logs (actor_api_key_id, created_at, id)
  where actor_api_key_id is not null;
create index audit_logs_resource_idx on audit_logs (resource_type, resource_id, created_at, id);
create index audit_logs_deny_code_idx on audit_logs (deny_code, created_at, id) where deny_code is not null;
create index audit_logs_request_idx on audit_logs (request_id, created_at, id) where request_id is not null;

create function plystra_refuse_audit_change() returns trigger
language plpgsql set search_path from current as $$
begin
  raise exception 'audit_logs is append-only: % on % refused', tg_op, tg_table_name
    using errcode = 'restrict_violation',
          hint = 'Old months leave by detaching their partition.';
end
$$;

create trigger audit_logs_append_only before update or delete on audit_logs
  for each row execute function plystra_refuse_audit_change();
create trigger audit_logs_no_truncate before truncate on audit_logs
  for each statement execute function plystra_refuse_audit_change();
alter table audit_logs enable always trigger audit_logs_append_only;
alter table audit_logs enable always trigger audit_logs_no_truncate;

-- Gives one partition its own refusing triggers.
create function plystra_protect_audit_partition(partition regclass) returns void
language plpgsql set search_path from current as $$
begin
  execute format('create trigger audit_partition_append_only before update or delete on %s '
    'for each row execute function plystra_refuse_audit_change()', partition);
  execute format('create trigger audit_partition_no_truncate before truncate on %s '
    'for each statement execute function plystra_refuse_audit_change()', partition);
  execute format('alter table %s enable always trigger audit_partition_append_only', partition);
  execute format('alter table %s enable always trigger audit_partition_no_truncate', partition);
end
$$;

-- Takes rows of months that nobody made a partition for, so that a missing month stops nobody.
create table audit_logs_default partition of audit_logs default;
select plystra_protect_audit_partition('audit_logs_default');

-- Makes the partition of the month that holds the given day (months are UTC). Says what it found:
--   'created'          the partition is there now
--   'exists'           it was there before
--   'rows_in_default'  the DEFAULT partition already holds rows of that month; they stay there, and so do
--                      the month's later rows
--   'detached'         a table of that name exists and is no partition (a month that retention detached)
-- Concurrent callers queue on an advisory lock. The new table is attached, not created as a partition, since
-- attaching leaves the months in use readable and writable; only DEFAULT is locked for a moment.
create function plystra_ensure_audit_partition(month date) returns text
language plpgsql set search_path from current set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
declare
  first_day date := date_trunc('month', month::timestamp)::date;
  lower_bound timestamptz := first_day::timestamptz;
  upper_bound timestamptz := (first_day + interval '1 month')::timestamptz;
  partition_name text := 'audit_logs_' || to_char(first_day, 'YYYY_MM');
  found_table regclass;
begin
  perform pg_advisory_xact_lock(hashtextextended('plystra.audit_partition', 0));
  found_table := to_regclass(quote_ident(partition_name));
  if found_table is not null then
    if exists (
      select from pg_inherits where inhrelid = found_table and inhparent = 'audit_logs'::regclass
    ) then
      return 'exists';
    end if;
    return 'detached';
  end if;
  if exists (select from audit_logs_default where created_at >= lower_bound and created_at < upper_bound) then
    return 'rows_in_default';
  end if;
  begin
    execute format('create table %I (like audit_logs including all)', partition_name);
    execute format('alter table audit_logs attach partition %I for values from (%L) to (%L)',
      partition_name, lower_bound, upper_bound);
    perform plystra_protect_audit_partition(to_regclass(quote_ident(partition_name)));
  exception when check_violation then
    -- A row of the month reached DEFAULT between the look and the lock; the new table is rolled back.
    return 'rows_in_default';
  end;
  return 'created';
end
$$;

-- The current month and the next three; the server keeps making months ahead.
do $$
begin
  for ahead in 0..3 loop
    perform plystra_ensure_audit_partition((now() at time zone 'UTC' + make_interval(months => ahead))::date);
  end loop;
end
$$;

-- The kinds of events that may be recorded, Core's and those that plugins declare.
create table audit_event_types (
  id text collate "C" primary key check (char_length(id) between 1 and 128),
  key text collate "C" not null unique check (char_length(key) between 1 and 128),
  plugin_id text collate "C",
  display_name text collate "C" not null check (char_length(display_name) between 1 and 512),
  description text check (char_length(description) <= 4096),
  risk_level text collate "C" not null default 'normal'
    check (risk_level in ('low', 'normal', 'high', 'critical')),
  default_audit boolean not null default true,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', now())
);
create index audit_event_types_plugin_idx on audit_event_types (plugin_id) where plugin_id is not null;
