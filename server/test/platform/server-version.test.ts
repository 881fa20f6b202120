import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeVersion } from '../../src/platform/migrations/server-version.ts';

test('a version that is wanted is no matter', () => {
  assert.equal(judgeVersion(160_000, '16.0'), null);
  assert.equal(judgeVersion(180_004, '18.4'), null);
});

test('version 15 is accepted with a warning that names it', () => {
  const warning = 'The database is PostgreSQL 15.13; wanted is 16 or newer, and 15 is accepted.';
  assert.equal(judgeVersion(150_013, '15.13'), warning);
});

test('an older version is refused, with what was found and what is wanted', () => {
  assert.throws(() => judgeVersion(140_019, '14.19'), {
    code: 'server-too-old',
    message: 'The database is PostgreSQL 14.19; wanted is 16 or newer, and 15 is accepted.',
  });
});
