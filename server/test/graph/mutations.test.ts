import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../harness/database.ts';
import { connect } from '../platform/schema-fixture.ts';
import { compareMutated } from './compare-mutated.ts';

test('a graph that follows random mutations equals one loaded afresh, and answers as the oracle does', async () => {
  const database = await createTestDatabase();
  const client = await connect(database.url);
  try {
    const found = await compareMutated(client, { worlds: 6, steps: 20 });
    assert.deepEqual(found.differences.slice(0, 2), [], `${found.differences.length} differences`);
    assert.ok(found.taken > found.refused, `${found.taken} mutations were taken, ${found.refused} refused`);
    assert.ok(found.reloaded > 0, 'no scope was read anew');
    assert.ok(found.recalled > found.questions / 2, 'memory left most questions to the database');
    assert.ok(found.codes.size > 8, `only these answers: ${[...found.codes.keys()].join(', ')}`);
  } finally {
    await client.end();
    await database.drop();
  }
});
