import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { isDatabaseUnavailable } from '../../src/platform/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect } from './schema-fixture.ts';

let place: TestDatabase;
let client: pg.Client;

before(async () => {
  place = await createTestDatabase();
  client = await connect(place.url);
});
after(async () => {
  await client.end();
  await place.drop();
});

const unavailable = (statement: string) => client.query(statement).then(() => null, isDatabaseUnavailable);

test('a server that only reads, as a standby does, is a matter of time; a wrong statement is not', async () => {
  await client.query('set default_transaction_read_only = on');
  const write = 'update users set version = version';
  assert.equal(await unavailable(write), true);
  assert.equal(await unavailable('update users set nothing = 1'), false);
  await client.query('set default_transaction_read_only = off');
  assert.equal(await unavailable(write), null);
});
