import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createTestDatabase } from '../harness/database.ts';
import { insertWorlds } from './insert-worlds.ts';
import { randomWorld } from './random-world.ts';
import { emptyWorld, type World } from './world.ts';

const worlds = Array.from({ length: 300 }, (_, seed) => randomWorld(seed, `w${seed}_`).world);

test('a migrated database takes 300 random worlds side by side and gives their rows back', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await insertWorlds(client, worlds);
    for (const table of Object.keys(emptyWorld()) as (keyof World)[]) {
      const { rows } = await client.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from ${table} as t`,
      );
      const stored = new Map(rows.map(({ row }) => [row['id'], row]));
      const expected = worlds.flatMap((world): { id: string }[] => world[table]);
      assert.equal(stored.size, expected.length, table);
      for (const row of expected) {
        assert.deepEqual(columnsOf(row, stored.get(row.id)), row, `${table} ${row.id}`);
      }
    }
  } finally {
    await client.end();
    await database.drop();
  }
});

/** The stored values of the columns that the row has, instants as ISO strings with three decimals. */
function columnsOf(row: object, stored: Record<string, unknown> | undefined): Record<string, unknown> {
  const isInstant = (name: string): boolean => name.endsWith('_at') || name === 'not_before';
  return Object.fromEntries(
    Object.keys(row).map((name) => {
      const value = stored?.[name];
      return [name, isInstant(name) && typeof value === 'string' ? new Date(value).toISOString() : value];
    }),
  );
}
