import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { loadGraph } from '../../src/core/graph/index.ts';
import { snapshotOn } from '../../src/platform/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { insertWorld } from '../harness/server-world.ts';

let database: TestDatabase;
let client: pg.Client;
before(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const sql = async <Row>(text: string) => (await client.query(text)).rows as Row[];
  await insertWorld({ sql } as Parameters<typeof insertWorld>[0]);
});
after(async () => {
  await client.end();
  await database.drop();
});

test('an instant that is not finite, written by raw SQL, does not keep the graph from being read', async () => {
  await client.query("update user_members set expires_at = 'infinity'");
  await client.query("update member_roles set not_before = '-infinity'");
  const { memberships } = await snapshotOn(client, loadGraph);
  const expiresAt = memberships.binding('binding_1')?.expiresAt ?? 0;
  assert.ok(expiresAt > Date.parse('9000-01-01'), String(expiresAt));
  const [assignment] = memberships.assignmentsOf('member_1');
  assert.ok((assignment?.notBefore ?? 0) < Date.parse('0100-01-01T00:00:00Z'));
  assert.equal(assignment?.expiresAt, null);
});
