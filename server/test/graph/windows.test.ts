import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Windows } from '../../src/core/graph/windows.ts';

test('a row without a window takes no place, and has no edges', () => {
  const windows = new Windows();
  assert.equal(windows.put(-1, null, null), -1);
  assert.equal(windows.from(-1), null);
  assert.equal(windows.until(-1), null);
});

test('either edge may be open; a row keeps its place when its window changes or goes', () => {
  const windows = new Windows();
  const [first, second] = [windows.put(-1, 5, null), windows.put(-1, null, 0)];
  assert.deepEqual([windows.from(first), windows.until(first)], [5, null]);
  assert.deepEqual([windows.from(second), windows.until(second)], [null, 0]);
  assert.equal(windows.put(first, null, null), first);
  assert.deepEqual([windows.from(first), windows.until(first)], [null, null]);
  assert.equal(windows.put(first, 1, 2), first);
  assert.deepEqual([windows.from(first), windows.until(first)], [1, 2]);
  assert.deepEqual([windows.from(second), windows.until(second)], [null, 0]);
});

test('windows keep to the millisecond through growth', () => {
  const windows = new Windows();
  const start = Date.UTC(2262, 3, 11, 23, 47, 16, 854);
  const places = Array.from({ length: 1_000 }, (_, n) => windows.put(-1, start + n, start - n));
  for (const [n, place] of places.entries()) {
    assert.deepEqual([windows.from(place), windows.until(place)], [start + n, start - n]);
  }
});
