import type pg from 'pg';
import { coreEntities } from '../../src/core/entities.ts';
import { type Database, openDatabase } from '../../src/platform/database/index.ts';
import { createTestDatabase } from '../harness/database.ts';
import { connect, insertWorld } from '../platform/schema-fixture.ts';

/** A database with a small world in it, as a process holds it, and a connection of somebody else's. */
export type GraphDatabase = {
  readonly database: Database;
  readonly client: pg.Client;
  close(): Promise<void>;
};

/** Makes one with the two Spaces of `insertWorld`. */
export async function graphDatabase(): Promise<GraphDatabase> {
  const place = await createTestDatabase();
  const client = await connect(place.url);
  await insertWorld(client);
  const database = await openDatabase({
    url: place.url,
    poolSize: 4,
    statementTimeoutMs: 30_000,
    acquireTimeoutMs: 5_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  return {
    database,
    client,
    async close() {
      await database.close();
      await client.end();
      await place.drop();
    },
  };
}

/** Waits until something holds, however long that takes; a test that waits in vain runs into its own limit of time. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
