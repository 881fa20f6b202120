import { readFile } from 'node:fs/promises';

import type { ClientBase } from 'pg';

import { compareSchema, type SchemaDifference } from './compare-schema.ts';
import { readSchema } from './read-schema.ts';
import type { SchemaSnapshot } from './schema-snapshot.ts';

/** Name of the committed snapshot beside a chain's migrations. */
export const SNAPSHOT_FILE = 'schema.json';

/** Reads a committed snapshot. Throws when the file is missing or no JSON. */
export async function loadSnapshot(path: string): Promise<SchemaSnapshot> {
  return JSON.parse(await readFile(path, 'utf8')) as SchemaSnapshot;
}

/** Writes a snapshot as the text that is committed: two spaces, sorted keys, a line end. */
export function formatSnapshot(snapshot: SchemaSnapshot): string {
  return `${JSON.stringify(snapshot, null, 2)}\n`;
}

/**
 * Compares a live database with the snapshots of the chains that were applied to it, one for each chain.
 * Gives every difference; a table or function that no chain made comes as `unexpected` (an installation may
 * keep tables of its own, so the caller decides what that means). Reads only.
 */
export async function checkSchema(
  client: ClientBase,
  snapshots: readonly SchemaSnapshot[],
): Promise<SchemaDifference[]> {
  const expected: SchemaSnapshot = {
    extensions: Object.assign({}, ...snapshots.map(({ extensions }) => extensions)),
    tables: Object.assign({}, ...snapshots.map(({ tables }) => tables)),
    functions: Object.assign({}, ...snapshots.map(({ functions }) => functions)),
  };
  const { snapshot, partitions } = await readSchema(client);
  return compareSchema(expected, snapshot, partitions);
}
