-- The net under the authorization graph: whatever statement changes it, raw SQL included, moves the revision
-- of every scope it touched by one and writes down which rows changed.
--
-- Statement triggers see all rows of their statement at once. Revisions are taken in C order of the scopes,
-- as plystra_lock_scopes takes them. An upsert that both inserts and updates is two changes to PostgreSQL and
-- moves its scopes twice. Users, sessions and resources are not counted: decisions verify those rows
-- themselves.

-- The scope of a row, by the rule that its table's triggers were given: the row is a Space ('id'), it belongs
-- to one or, without one, to the instance ('space_id'), or it is the instance's ('instance').
create function plystra_graph_scope(scope_rule text, changed_row jsonb) returns text
language sql immutable as $$
  select case scope_rule
    when 'id' then changed_row ->> 'id'
    when 'space_id' then coalesce(changed_row ->> 'space_id', '*')
    else '*'
  end
$$;

-- Moves the scopes of the changed rows and records the rows. Columns that are bookkeeping, not graph
-- (last_used_at, updated_at, version), change nothing by themselves.
create function plystra_record_graph_change() returns trigger
language plpgsql set search_path from current as $$
declare
  bookkeeping constant text[] := array['last_used_at', 'updated_at', 'version'];
  changed_scopes text[];
  changed_ids text[];
begin
  if tg_op = 'INSERT' then
    select array_agg(plystra_graph_scope(tg_argv[0], to_jsonb(a))), array_agg(a.id)
      into changed_scopes, changed_ids from after_rows as a;
  elsif tg_op = 'DELETE' then
    select array_agg(plystra_graph_scope(tg_argv[0], to_jsonb(b))), array_agg(b.id)
      into changed_scopes, changed_ids from before_rows as b;
  else
    -- A row that changed its Space has changed in both.
    select array_agg(plystra_graph_scope(tg_argv[0], side.data)), array_agg(side.data ->> 'id')
      into changed_scopes, changed_ids
      from (select b.id, to_jsonb(b) as data from before_rows as b) as old_row
      full join (select a.id, to_jsonb(a) as data from after_rows as a) as new_row using (id)
      cross join lateral (values (old_row.data), (new_row.data)) as side (data)
      where side.data is not null and old_row.data - bookkeeping is distinct from new_row.data - bookkeeping;
  end if;
  if changed_scopes is null then
    return null;
  end if;
  with changed as (
    select distinct c.scope collate "C" as scope, c.entity_id
    from unnest(changed_scopes, changed_ids) as c (scope, entity_id)
  ), moved as (
    insert into graph_revisions as r (scope, revision, changed_at)
    select touched.scope, 1, date_trunc('milliseconds', clock_timestamp())
    from (select distinct scope from changed order by scope) as touched
    on conflict (scope) do update set revision = r.revision + 1, changed_at = excluded.changed_at
    returning r.scope, r.revision
  )
  insert into graph_changes (scope, revision, entity, entity_id)
  select moved.scope, moved.revision, tg_table_name, changed.entity_id from moved join changed using (scope);
  return null;
end
$$;

do $$
declare
  counted record;
begin
  for counted in select * from (values
    ('spaces', 'id'), ('groups', 'space_id'), ('members', 'space_id'), ('user_members', 'space_id'),
    ('roles', 'space_id'), ('role_permissions', 'space_id'), ('member_roles', 'space_id'),
    ('permissions', 'instance'), ('resource_types', 'instance'), ('resource_actions', 'instance'),
    ('resource_mappings', 'instance'), ('admin_grants', 'space_id'), ('api_keys', 'space_id')
  ) as graph (table_name, scope_rule)
  loop
    execute format('create trigger %1$I after insert on %2$I referencing new table as after_rows '
      'for each statement execute function plystra_record_graph_change(%3$L)',
      counted.table_name || '_graph_insert', counted.table_name, counted.scope_rule);
    execute format('create trigger %1$I after update on %2$I '
      'referencing old table as before_rows new table as after_rows '
      'for each statement execute function plystra_record_graph_change(%3$L)',
      counted.table_name || '_graph_update', counted.table_name, counted.scope_rule);
    execute format('create trigger %1$I after delete on %2$I referencing old table as before_rows '
      'for each statement execute function plystra_record_graph_change(%3$L)',
      counted.table_name || '_graph_delete', counted.table_name, counted.scope_rule);
  end loop;

  -- The other counted tables refuse TRUNCATE since they were made.
  for counted in select * from (values
    ('resource_types'), ('resource_actions'), ('resource_mappings'), ('admin_grants'), ('api_keys')
  ) as uncovered (table_name)
  loop
    execute format('create trigger %1$I before truncate on %2$I for each statement '
      'execute function plystra_refuse_truncate()', counted.table_name || '_no_truncate', counted.table_name);
  end loop;
end
$$;
