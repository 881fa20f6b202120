-- What a row of the audit log costs to write. Every decision waits for its row, so its cost is the product's.
--
-- The trace is kept as text that is checked to be JSON, where jsonb would take it apart and put it together again. It
-- is read whole, by the id of its row; nothing looks for rows by what is in a trace.
alter table audit_logs drop constraint audit_logs_trace_check;
alter table audit_logs alter column trace type json using trace::json;

-- One constraint in place of three: PostgreSQL prepares each of them anew for every statement.
alter table audit_logs drop constraint audit_logs_id_check;
alter table audit_logs drop constraint audit_logs_decision_check;
alter table audit_logs drop constraint audit_logs_deny_code_check;
alter table audit_logs add constraint audit_logs_row_check check (
  char_length(id) = 38 and json_typeof(trace) = 'object'
    and (decision = 'deny' or decision = 'allow' and deny_code is null)
);

-- Pages go newest first, by (created_at, id), which is the primary key's order now. The indexes of filters hold
-- (filter, created_at) without the id: rows of one millisecond are few, and put in order when they are read. So entries
-- are short, equal ones share their space, and all but those of rarely named objects append at an end. What nearly
-- every row has is indexed without a condition, as conditions too are prepared for every statement.
alter table audit_logs drop constraint audit_logs_pkey;
alter table audit_logs add primary key (created_at, id);
drop index audit_logs_created_idx, audit_logs_space_idx, audit_logs_actor_user_idx, audit_logs_actor_member_idx,
  audit_logs_actor_binding_idx, audit_logs_actor_api_key_idx, audit_logs_deny_code_idx, audit_logs_request_idx,
  audit_logs_resource_type_idx, audit_logs_resource_idx, audit_logs_denied_idx, audit_logs_denied_space_idx;
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
