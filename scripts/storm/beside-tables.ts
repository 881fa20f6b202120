import type { Behind } from '../../server/test/harness/server.ts';

/** What is updated in the unrelated tables has the same columns, indexes and triggers, and costs the same. */
const tables = ['graph_revisions', 'graph_changes', 'member_roles', 'permissions'];

/** The name of the unrelated table beside one of the graph. */
export function beside(table: string): string {
  return `beside_${table}`;
}

/**
 * Makes tables like those of the graph that mean nothing to the server, with the rows that there are and with triggers
 * that count and write down changes in them in the same way: writes to them cost the database what a change of the
 * graph costs, and nobody follows them.
 */
export async function makeBesideTables({ sql }: Pick<Behind, 'sql'>): Promise<void> {
  for (const table of tables) {
    await sql(`create table ${beside(table)} (like ${table} including all)`);
    await sql(`insert into ${beside(table)} select * from ${table}`);
  }
  await sql(`create trigger beside_guard before update or delete on ${beside('graph_revisions')}
    for each row execute function plystra_guard_revision()`);
  const [found] = await sql<{ source: string }>(
    "select pg_get_functiondef('plystra_record_graph_change'::regproc) as source",
  );
  const source = String(found?.source)
    .replace('plystra_record_graph_change', 'beside_record_graph_change')
    .replaceAll(/\bgraph_(revisions|changes)\b/g, (table) => beside(table));
  await sql(source);
  for (const [table, rule] of [
    ['member_roles', 'space_id'],
    ['permissions', 'instance'],
  ] as const) {
    await sql(`create trigger beside_update after update on ${beside(table)}
      referencing old table as before_rows new table as after_rows
      for each statement execute function beside_record_graph_change('${rule}')`);
  }
}
