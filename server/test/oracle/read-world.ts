import type { ClientBase } from 'pg';
import { worldTables } from './insert-worlds.ts';
import { emptyWorld, type World } from './world.ts';

/** Reads the world whose ids begin with `prefix` back from the tables, as it is by now. */
export async function readWorld(client: ClientBase, prefix: string): Promise<World> {
  const world = emptyWorld();
  for (const { table, columns } of worldTables) {
    const read = Object.entries(columns).map(([name, type]) =>
      type === 'timestamptz'
        ? `'${name}', to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
        : `'${name}', ${name}`,
    );
    const { rows } = await client.query(
      `select json_build_object(${read.join(', ')}) as row from ${table} where starts_with(id, $1) order by id`,
      [prefix],
    );
    Object.assign(world, { [table]: rows.map(({ row }) => row) });
  }
  return world;
}
