import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowCache } from '../../src/core/graph/index.ts';

/** What every entry costs beside its key and its row. */
const frame = 120;

type Reading = PromiseWithResolvers<ReadonlyMap<string, string>> & { readonly keys: readonly string[] };

/** A cache whose reads wait to be answered; each row costs 880 bytes with its key of one character. */
function cacheOf(rows: number) {
  const readings: Reading[] = [];
  const read = (keys: readonly string[]) => {
    const reading = { keys, ...Promise.withResolvers<ReadonlyMap<string, string>>() };
    readings.push(reading);
    return reading.promise;
  };
  const cache = new RowCache<string>(read, { bytes: rows * 1_000, weigh: () => 1_000 - frame - 1 });
  /** Answers the newest read with a row for each of its keys, `none` aside. */
  const answer = async (row: string) => {
    const reading = readings.at(-1);
    reading?.resolve(new Map(reading.keys.filter((key) => key !== 'n').map((key) => [key, row])));
    await reading?.promise;
    await new Promise(setImmediate);
  };
  return { cache, readings, answer };
}

test('a row is read once, and then kept; that there is none is kept as well', async () => {
  const { cache, readings, answer } = cacheOf(100);
  const [row, none] = [cache.get('a'), cache.get('n')];
  await answer('first');
  // The first key set off a read, and the second came while it was under way.
  await answer('second');
  assert.deepEqual([await row, await none], ['first', null]);
  assert.equal(cache.get('a'), 'first');
  assert.equal(cache.get('n'), null);
  assert.deepEqual(
    readings.map(({ keys }) => keys),
    [['a'], ['n']],
  );
});

test('keys that are asked for while a statement is under way are read together, each once', async () => {
  const { cache, readings, answer } = cacheOf(100);
  const asked = ['a', 'b', 'c', 'b', 'c'].map((key) => cache.get(key));
  await answer('first');
  await answer('second');
  assert.deepEqual(
    readings.map(({ keys }) => keys),
    [['a'], ['b', 'c']],
  );
  assert.deepEqual(await Promise.all(asked), ['first', 'second', 'second', 'second', 'second']);
});

test('who asks after a row was dropped gets it from a statement that began after that', async () => {
  const { cache, readings, answer } = cacheOf(100);
  const early = cache.get('a');
  cache.drop('a');
  const late = cache.get('a');
  await answer('stale');
  await answer('fresh');
  assert.deepEqual([await early, await late], ['stale', 'fresh']);
  assert.equal(cache.get('a'), 'fresh');
  assert.equal(readings.length, 2);
});

test('a dropped row is read anew', async () => {
  const { cache, readings, answer } = cacheOf(100);
  void cache.get('a');
  await answer('one');
  cache.drop('a');
  assert.equal(cache.size, 0);
  void cache.get('a');
  await answer('two');
  assert.equal(cache.get('a'), 'two');
  assert.equal(readings.length, 2);
});

test('a read that fails is told to all that wait for it, keeps nothing, and bars nobody', async () => {
  const { cache, readings, answer } = cacheOf(100);
  const first = cache.get('x');
  // These two wait together for the second statement.
  const failed = [cache.get('a'), cache.get('a')].map((asked) => assert.rejects(async () => asked, /gone/));
  await answer('row');
  assert.equal(await first, 'row');
  const next = cache.get('b');
  readings.at(-1)?.reject(new Error('gone'));
  await Promise.all(failed);
  await answer('row');
  assert.equal(await next, 'row');
  assert.equal(cache.size, 2);
  const again = cache.get('a');
  await answer('there');
  assert.equal(await again, 'there');
});

test('what is kept stays within the bound, and what is used stays longest', async () => {
  const bound = 10;
  const { cache, answer } = cacheOf(bound);
  for (let n = 0; n < 100; n += 1) {
    const key = String.fromCharCode(0x4e00 + n);
    const asked = cache.get(key);
    if (asked instanceof Promise) await answer('row');
    const used = cache.get('u');
    if (used instanceof Promise) {
      assert.equal(n, 0, 'the row that is used all the time was forgotten');
      await answer('used');
    }
    assert.ok(cache.size <= bound, `${cache.size} rows are kept`);
  }
});
