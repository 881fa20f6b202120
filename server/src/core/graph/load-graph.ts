import type { Queryable } from '../../platform/database/index.ts';
import { databaseRun } from './database-run.ts';
import { Graph, INSTANCE } from './graph.ts';
import { type GraphRows, type GraphTable, graphTableNames, graphTables, rowOf } from './graph-tables.ts';

/** Rows that are fetched at once. Between two fetches other work of the process gets its turn. */
const chunk = 20_000;

const revisions = 'select json_build_array(scope, revision) as row from graph_revisions';

/** Reads the whole graph. `connection` has to be in a transaction of one snapshot. */
export async function loadGraph(connection: Queryable): Promise<Graph> {
  const { rows } = await connection.query(`select ${databaseRun} as run`);
  const graph = new Graph(String(rows[0]?.['run']));
  for await (const [scope, revision] of inChunks<[string, number]>(connection, revisions, [])) {
    graph.setRevision(scope, revision);
  }
  for (const table of graphTableNames) {
    for await (const row of rowsOf(connection, table, 'true', [])) graph.put(table, row);
  }
  return graph;
}

/** Reads one scope anew, with what is gone from it taken out. In a transaction of one snapshot, as above. */
export async function reloadScope(connection: Queryable, graph: Graph, scope: string): Promise<void> {
  const { rows } = await connection.query(
    'select coalesce((select revision from graph_revisions where scope = $1), 0)::float8 as revision',
    [scope],
  );
  for (const table of graphTableNames) {
    const where = scopeCondition(table, scope);
    if (where === null) continue;
    const gone = new Set(removableIds(graph, table, scope));
    for await (const row of rowsOf(connection, table, where, where.includes('$1') ? [scope] : [])) {
      graph.put(table, row);
      gone.delete(row[0]);
    }
    for (const id of gone) graph.remove(table, id);
  }
  graph.setRevision(scope, Number(rows[0]?.['revision']));
}

function scopeCondition(table: GraphTable, scope: string): string | null {
  const rule = graphTables[table].scope;
  if (scope !== INSTANCE) return rule === 'instance' ? null : `${rule} = $1`;
  if (rule === 'instance') return 'true';
  return table === 'admin_grants' || table === 'api_keys' ? 'space_id is null' : null;
}

/** The rows that the graph has of a table from which rows can be taken out. */
function removableIds(graph: Graph, table: GraphTable, scope: string): Iterable<string> {
  const spaceId = scope === INSTANCE ? null : scope;
  if (table === 'resource_types') return graph.registry.types.keys();
  if (table === 'resource_actions') return graph.registry.actions.keys();
  if (table === 'resource_mappings') return graph.registry.mappings.keys();
  const scoped = table === 'api_keys' ? graph.apiKeys : table === 'admin_grants' ? graph.adminGrants : null;
  return [...(scoped?.values() ?? [])].filter((row) => row.spaceId === spaceId).map(({ id }) => id);
}

function rowsOf<Table extends GraphTable>(
  connection: Queryable,
  table: Table,
  where: string,
  values: readonly unknown[],
): AsyncIterable<GraphRows[Table]> {
  return inChunks<GraphRows[Table]>(
    connection,
    `select ${rowOf(table)} as row from ${table} where ${where}`,
    values,
  );
}

/** Reads rows as they lie in their table, by a cursor: in the order of an index each would be looked up by itself. */
async function* inChunks<Row>(
  connection: Queryable,
  text: string,
  values: readonly unknown[],
): AsyncIterable<Row> {
  await connection.query(`declare graph_rows no scroll cursor for ${text}`, values);
  for (;;) {
    const { rows } = await connection.query(`fetch ${chunk} from graph_rows`);
    for (const { row } of rows as { row: Row }[]) yield row;
    if (rows.length < chunk) break;
  }
  await connection.query('close graph_rows');
}
