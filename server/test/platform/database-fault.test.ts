import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { Client } from 'pg';
import { isDatabaseUnavailable, millisecondsOf } from '../../src/platform/database/index.ts';
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

test('a connection that does not open in time is a matter of time', async () => {
  const silent = createServer(() => undefined);
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const late = new Client({ host: '127.0.0.1', port, connectionTimeoutMillis: 20 });
  const error = await late.connect().then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.equal(isDatabaseUnavailable(error), true, String(error));
  silent.close();
});

test('instants are told in whole milliseconds that they have begun, and those without an end by the last one', async () => {
  const told = async (instant: string) =>
    (await client.query<{ ms: number | null }>(`select ${millisecondsOf(`timestamptz ${instant}`)} as ms`))
      .rows[0]?.ms;
  assert.equal(await told(`'2026-01-01 00:00:00.0006Z'`), Date.UTC(2026, 0, 1));
  assert.equal(await told(`'1969-12-31 23:59:59.9996Z'`), -1);
  assert.equal(await told(`'infinity'`), Date.UTC(9999, 11, 31));
  assert.ok(((await told(`'-infinity'`)) as number) < Date.UTC(2, 0, 1));
  const { rows } = await client.query(`select ${millisecondsOf('null::timestamptz')} as ms`);
  assert.deepEqual(rows, [{ ms: null }]);
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
