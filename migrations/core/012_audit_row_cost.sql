-- What a row of the audit log costs to write. Every decision waits for its row, so its cost is the product's.
--
-- The log and the months that retention has detached are changed alike, so that these can be attached again. A table
-- is rewritten once, without its indexes; nothing is written to the log meanwhile. What is detached gets its indexes
-- when it is attached.
do $$
declare
  log regclass;
  old_index regclass;
  primary_key name;
begin
  for log in
    select 'audit_logs'::regclass
    union all
    select c.oid::regclass from pg_class c
    where c.relkind = 'r' and not c.relispartition and c.relname ~ '^audit_logs_\d{4}_\d{2}$'
      and c.relnamespace = (select relnamespace from pg_class where oid = 'audit_logs'::regclass)
  loop
    for old_index in select indexrelid::regclass from pg_index where indrelid = log and not indisprimary loop
      execute format('drop index %s', old_index);
    end loop;
    select conname into strict primary_key from pg_constraint where conrelid = log and contype = 'p';
    execute format('alter table %s drop constraint %I', log, primary_key);
    -- One constraint in place of four: PostgreSQL prepares each of them anew for every statement.
    execute format('alter table %s drop constraint audit_logs_id_check, drop constraint audit_logs_decision_check, '
      'drop constraint audit_logs_deny_code_check, drop constraint audit_logs_trace_check', log);
    -- The trace is kept as text that is checked to be JSON, where jsonb would take it apart and put it together again.
    -- It is read whole, by the id of its row; nothing looks for rows by what is in a trace.
    execute format('alter table %s alter column trace type json', log);
    execute format('alter table %s add constraint audit_logs_row_check check (char_length(id) = 38 '
      'and json_typeof(trace) = ''object'' and (decision = ''deny'' or decision = ''allow'' and deny_code is null))', log);
    execute format('alter table %s add primary key (created_at, id)', log);
  end loop;
end
$$;

-- Pages go newest first, by (created_at, id), which is the primary key's order now. The indexes of filters hold
-- (filter, created_at) without the id: rows of one millisecond are few, and put in order when they are read. So entries
-- are short, equal ones share their space, and all but those of rarely named objects append at an end. What nearly
-- every row has is indexed without a condition, as conditions too are prepared for every statement.
create index audit_logs_space_idx on audit_logs (space_id, created_at);
create index audit_logs_actor_user_idx on audit_logs (actor_user_id, created_at);
create index audit_logs_actor_member_idx on audit_logs (actor_member_id, created_at);
create index audit_logs_actor_binding_idx on audit_logs (actor_user_member_id, created_at);
create index audit_logs_actor_api_key_idx on audit_logs (actor_api_key_id, created_at);
create index audit_logs_resource_type_idx on audit_logs (resource_type, created_at);
create index audit_logs_resource_idx on audit_logs (resource_id, created_at);
create index audit_logs_request_idx on audit_logs (request_id, created_at);
create index audit_logs_deny_code_idx on audit_logs (deny_code, created_at) where deny_code is not null;
create index audit_logs_denied_idx on audit_logs (created_at) where decision = 'deny';
create index audit_logs_denied_space_idx on audit_logs (space_id, created_at) where decision = 'deny';
