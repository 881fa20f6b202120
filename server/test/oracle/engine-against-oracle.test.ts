import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createTestDatabase } from '../harness/database.ts';
import { compareWithOracle } from './compare.ts';
import { denyCodes } from './question.ts';

test('the engine answers 500 random worlds as the oracle does, with all 17 deny codes among the answers', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { differences, codes } = await compareWithOracle(client, 500);
    assert.deepEqual(differences.slice(0, 3), [], `${differences.length} differences`);
    for (const code of denyCodes) assert.ok(codes.has(code), `no question was answered ${code}`);
  } finally {
    await client.end();
    await database.drop();
  }
});
