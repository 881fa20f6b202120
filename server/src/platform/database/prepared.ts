import type pg from 'pg';
import type { Queryable } from './database.ts';

const names = new Map<string, string>();

/**
 * Runs statements on `client` as named prepared statements, so that PostgreSQL plans each of them once a connection.
 * For the constant texts of hot paths only: every distinct text stays prepared for as long as its connection lives.
 */
export function preparedOn(client: pg.Pool | pg.ClientBase): Queryable {
  return {
    query: async (text, values = []) => {
      const result = await client.query({ name: statementName(text), text, values: [...values] });
      return { rows: result.rows as Record<string, unknown>[] };
    },
  };
}

/** The name of a statement that is prepared: the same for the same text, on whichever connection. */
export function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `plystra_${names.size + 1}`;
  names.set(text, name);
  return name;
}
