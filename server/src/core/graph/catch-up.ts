import type { Queryable } from '../../platform/database/index.ts';
import type { Graph } from './graph.ts';
import { type GraphRows, type GraphTable, graphTableNames, rowOf } from './graph-tables.ts';

/** What a statement tells about the scopes that were asked for. */
type Told = { readonly [Table in GraphTable]: readonly GraphRows[Table][] | null } & {
  /** Each scope with the revision at which the database stands, and how many of those since ours its log has. */
  readonly scopes: readonly [scope: string, revision: number, logged: number][];
  readonly changes: readonly [table: GraphTable, id: string][] | null;
};

// Ids are looked up by `any` of an array, which goes through the primary key however many there are.
const rowsOf = (table: GraphTable) => `
  (select json_agg(${rowOf(table)}) from ${table}
    where id = any(array(select entity_id from changed where entity = '${table}'))) as ${table}`;

// One statement, so one snapshot: the rows are those of the revisions beside them.
const changesSince = `
with followed as (
  select * from unnest($1::text[], $2::bigint[]) as f (scope, revision)
), changed as materialized (
  select c.scope, c.revision, c.entity, c.entity_id
  from followed f join graph_changes c on c.scope = f.scope and c.revision > f.revision
)
select
  (select json_agg(json_build_array(f.scope, coalesce(r.revision, 0),
      (select count(distinct c.revision) from changed c where c.scope = f.scope)))
    from followed f left join graph_revisions r on r.scope = f.scope) as scopes,
  (select json_agg(json_build_array(entity, entity_id)) from (select distinct entity, entity_id from changed) as c)
    as changes,
  ${graphTableNames.map(rowsOf).join(',\n')}`;

/**
 * Brings scopes of the graph to where the database stands, by what its log has. What a change costs does not depend
 * on the size of the graph. Gives the scopes for which the log does not do: it has been trimmed, or has a gap; those
 * are left as they were and have to be read anew.
 */
export async function catchUp(
  connection: Queryable,
  graph: Graph,
  scopes: readonly string[],
): Promise<readonly string[]> {
  const ours = scopes.map((scope) => graph.revision(scope));
  const { rows } = await connection.query(changesSince, [scopes, ours]);
  const told = rows[0] as unknown as Told;
  // Revisions are gapless, so as many of them as we are behind have to be in the log.
  const [reached, unlogged] = split(told.scopes, ([scope, revision, logged]) => {
    return revision - graph.revision(scope) === logged;
  });
  apply(graph, told);
  for (const [scope, revision] of reached) graph.setRevision(scope, revision);
  return unlogged.map(([scope]) => scope);
}

/** Rows of a scope that has to be read anew may be among them: they are newer than the rest of it, and true. */
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

function split<T>(all: readonly T[], test: (one: T) => boolean): [passed: T[], failed: T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
