import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type pg from 'pg';
import {
  arrayElements,
  BoundStatement,
  bigintArray,
  type Cell,
  jsonArray,
  textArray,
} from '../../src/platform/database/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect } from './schema-fixture.ts';

const echo = 'select t, j::text, n from unnest($1::text[], $2::json[], $3::bigint[]) as q (t, j, n)';
const odd = ['', 'NULL', '"', '\\', '\\"', '{a,b}', 'Größe 数 🙂', '\n\t\u2028', ' spaced '];

let place: TestDatabase;
let client: pg.Client;

before(async () => {
  place = await createTestDatabase();
});
after(() => place.drop());
beforeEach(async () => {
  client = await connect(place.url);
  client.on('error', () => undefined);
});
afterEach(() => client.end());

/** Sends texts, each as text, within JSON and with a number, and holds that they come back as they were. */
async function comesBack(statement: BoundStatement, texts: readonly string[]): Promise<void> {
  const jsons = texts.map((text) => JSON.stringify({ text }));
  const numbers = texts.map((_, index) => (index % 3 === 0 ? null : (index - 1) * 3_000_000_000));
  const rows = await statement.run([textArray(texts), jsonArray(jsons), bigintArray(numbers)]);
  assert.deepEqual(
    rows,
    texts.map((text, index) => [text, jsons[index], numbers[index] === null ? null : String(numbers[index])]),
  );
}

test('values come back as they were sent, whatever is in them, in every run', async () => {
  const statement = new BoundStatement(client, echo);
  for (const texts of [odd, [], odd.toReversed(), ['alone']]) await comesBack(statement, texts);
});

test('a statement is prepared once', async () => {
  const statement = new BoundStatement(client, echo);
  for (let run = 0; run < 3; run += 1) await comesBack(statement, odd);
  const { rows } = await client.query(
    `select (generic_plans + custom_plans)::int as runs from pg_prepared_statements where statement = $1`,
    [echo],
  );
  assert.deepEqual(rows, [{ runs: 3 }]);
});

test('runs that are large in between leave those after them whole', async () => {
  const statement = new BoundStatement(client, echo);
  for (const length of [10, 60_000, 3_000_000, 20, 200_000, 5]) {
    await comesBack(statement, ['é'.repeat(length), `${length}`, 'x'.repeat(length)]);
  }
});

test('runs that are asked at once wait for each other, and share the connection with other statements', async () => {
  const statement = new BoundStatement(client, echo);
  const large = ['a', 'b', 'c'].map((letter) => [letter.repeat(1_000_000)]);
  await Promise.all([
    ...large.map((texts) => comesBack(statement, texts)),
    comesBack(new BoundStatement(client, echo.replace(' as q', ' as other')), odd),
    client.query('select 1'),
    comesBack(statement, odd),
  ]);
});

test('an error is that of its run alone, and tells its SQLSTATE', async () => {
  const statement = new BoundStatement(client, echo);
  const run = (json: string) => statement.run([textArray(['t']), jsonArray([json]), bigintArray([1])]);
  for (let turn = 0; turn < 2; turn += 1) {
    const settled = await Promise.allSettled([run('{}'), run('{not'), run('[]'), run('"a\0b"')]);
    assert.deepEqual(
      settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code)),
      [[['t', '{}', '1']], '22P02', [['t', '[]', '1']], '22021'],
    );
  }
  const broken = new BoundStatement(client, 'select $1::text[] from nowhere');
  await assert.rejects(broken.run([textArray([])]), { code: '42P01' });
  await comesBack(statement, odd);
});

test('a value that cannot be sent is the error of its run, and the next one is sent', async () => {
  const statement = new BoundStatement(client, echo);
  await assert.rejects(statement.run([textArray(['t']), jsonArray(['1']), bigintArray([0.5])]), RangeError);
  await comesBack(statement, odd);
});

test('a statement that the server has forgotten is told to it anew after one error', async () => {
  const statement = new BoundStatement(client, echo);
  await comesBack(statement, odd);
  await client.query('deallocate all');
  await assert.rejects(comesBack(statement, odd), { code: '26000' });
  await comesBack(statement, odd);
});

test('runs under way when the connection is lost, and those after it, are told', async () => {
  const statement = new BoundStatement(client, 'select pg_sleep(60) from unnest($1::text[])');
  const waiting = statement.run([textArray(['a'])]);
  const next = statement.run([textArray(['b'])]);
  const told = Promise.all([assert.rejects(waiting), assert.rejects(next)]);
  const other = await connect(place.url);
  const end =
    'select pg_terminate_backend(pid) from pg_stat_activity where query like $1 and pid <> pg_backend_pid()';
  while ((await other.query(end, ['select pg_sleep(60)%'])).rowCount === 0);
  await told;
  await assert.rejects(statement.run([textArray(['c'])]));
  await other.end();
});

test('cells of an array as text come back as they were', async () => {
  const cells: Cell[] = [...odd, 1.5, -3, true, false, null, undefined];
  const statement = new BoundStatement(client, 'select unnest(a::text[]) from unnest($1::text[]) as q (a)');
  const rows = await statement.run([textArray([`{${arrayElements(cells)}}`, `{${arrayElements([])}}`])]);
  assert.deepEqual(
    rows.map(([cell]) => cell),
    cells.map((cell) => (cell == null ? null : String(cell))),
  );
});
