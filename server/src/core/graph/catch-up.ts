import type { Queryable } from '../../platform/database/index.ts';
import type { Graph } from './graph.ts';
import { type GraphRows, type GraphTable, graphTableNames, rowOf } from './graph-tables.ts';

/**
 * Rows that are taken from the log at most. They come as one value, which costs memory and a turn of the process; a
 * scope with more of them is read anew, in pieces.
 */
export const mostRows = 100_000;

/** What a statement tells about the scopes that were asked for. */
type Told = { readonly [Table in GraphTable]: readonly GraphRows[Table][] | null } & {
  /** Each scope with the revision at which the database stands, and what the log does for it. */
  readonly scopes: readonly [scope: string, revision: number, logged: 'all' | 'later' | 'not'][];
  readonly changes: readonly [table: GraphTable, id: string][] | null;
};

// Ids are looked up by `any` of an array, which goes through the primary key however many there are.
const rowsOf = (table: GraphTable) => `
  (select json_agg(${rowOf(table)}) from ${table}
    where id = any(array(select entity_id from changed where entity = '${table}'))) as ${table}`;

// One statement, so one snapshot: the rows are those of the revisions beside them. Revisions are gapless, so the log
// is whole when it has as many as we are behind. It is trimmed from its old end and may lack a part of the oldest
// revision that is left, so the one that we have has to be there as well. Scopes that together have too many rows, and
// not by themselves, are left for later.
const changesSince = `
with followed as (
  select f.scope, f.revision as since, coalesce(r.revision, 0) as revision, l.logged, l.changed,
    sum(l.changed) over (order by f.scope) as together
  from unnest($1::text[], $2::bigint[]) as f (scope, revision)
  left join graph_revisions r on r.scope = f.scope
  cross join lateral (
    select count(distinct c.revision) as logged, count(*) as changed
    from graph_changes c where c.scope = f.scope and c.revision > f.revision) as l
), told as materialized (
  select f.scope, f.since, f.revision, case
    when f.revision = f.since then 'all'
    when f.logged <> f.revision - f.since or f.changed > $3::bigint or (f.since > 0 and not exists (
      select from graph_changes c where c.scope = f.scope and c.revision = f.since)) then 'not'
    when f.together > $3::bigint then 'later'
    else 'all' end as logged
  from followed f
), changed as materialized (
  select distinct c.entity, c.entity_id
  from told t join graph_changes c on c.scope = t.scope and c.revision > t.since
  where t.logged = 'all'
)
select
  (select coalesce(json_agg(json_build_array(scope, revision, logged)), '[]') from told) as scopes,
  (select json_agg(json_build_array(entity, entity_id)) from changed) as changes,
  ${graphTableNames.map(rowsOf).join(',\n')}`;

/**
 * Brings scopes of the graph to where the database stands, by what its log has. What a change costs does not depend
 * on the size of the graph. Gives the scopes for which the log does not do: it has been trimmed, has a gap, or is too
 * long; those are left as they were and have to be read anew.
 */
export async function catchUp(
  connection: Queryable,
  graph: Graph,
  scopes: readonly string[],
  most = mostRows,
): Promise<readonly string[]> {
  const ours = scopes.map((scope) => graph.revision(scope));
  const { rows } = await connection.query(changesSince, [scopes, ours, most]);
  const told = rows[0] as unknown as Told;
  apply(graph, told);
  for (const [scope, revision, logged] of told.scopes)
    if (logged === 'all') graph.setRevision(scope, revision);
  const those = (how: 'later' | 'not') =>
    told.scopes.filter(([, , logged]) => logged === how).map(([scope]) => scope);
  const later = those('later');
  // Each time at least the first of them has its turn.
  return [...those('not'), ...(later.length === 0 ? [] : await catchUp(connection, graph, later, most))];
}

function apply(graph: Graph, told: Told): void {
  const changed = new Map((told.changes ?? []).map((change) => [change.join(' '), change]));
  for (const table of graphTableNames) {
    for (const row of told[table] ?? []) {
      graph.put(table, row as never);
      changed.delete(`${table} ${row[0]}`);
    }
  }
  for (const [table, id] of changed.values()) graph.remove(table, id);
}
