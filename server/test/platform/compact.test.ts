import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntColumn, IntMap, Texts } from '../../src/platform/compact/index.ts';
import { makeDice } from '../oracle/draft.ts';

test('every text is kept once, under handles that are given out in order', () => {
  const texts = new Texts();
  assert.deepEqual(
    ['a', 'b', 'a', 'ab', 'b'].map((text) => texts.add(text)),
    [0, 1, 0, 2, 1],
  );
  assert.equal(texts.size, 3);
  assert.deepEqual(
    [0, 1, 2].map((handle) => texts.at(handle)),
    ['a', 'b', 'ab'],
  );
});

test('a text is the same however often it is read, and between which others', () => {
  const texts = new Texts();
  for (let n = 0; n < 140_000; n += 1) texts.add(`text_${n}`);
  // Handles that share a place with each other, wherever the places end.
  const handles = [5, 5, 5, 65_541, 5, 65_541, 65_541, 65_541, 131_077, 131_077, 131_077, 5, 65_541, 131_077];
  assert.deepEqual(
    handles.map((handle) => texts.at(handle)),
    handles.map((handle) => `text_${handle}`),
  );
});

test('looking for a text does not take it in, and does not harm the one that comes next', () => {
  const texts = new Texts();
  texts.add('first');
  assert.equal(texts.find('a much longer text that is not there'), -1);
  assert.equal(texts.size, 1);
  assert.equal(texts.add('next'), 1);
  assert.equal(texts.at(0), 'first');
  assert.equal(texts.at(1), 'next');
  assert.equal(texts.find('a much longer text that is not there'), -1);
});

test('the empty text is a text, also where the buffer is full', () => {
  const texts = new Texts();
  assert.equal(texts.find(''), -1);
  texts.add('x'.repeat(1 << 16));
  assert.equal(texts.add(''), 1);
  assert.equal(texts.find(''), 1);
  assert.equal(texts.at(1), '');
});

test('texts of other scripts and of several code units come back as they were', () => {
  const texts = new Texts();
  const some = [
    'Grüße',
    '財務部',
    '🙂🙃',
    'é',
    'e\u0301',
    '\u0000',
    'a\u0000b',
    '\uffff',
    'ß'.repeat(40_000),
  ];
  const handles = some.map((text) => texts.add(text));
  assert.deepEqual(
    handles.map((handle) => texts.at(handle)),
    some,
  );
  assert.deepEqual(
    some.map((text) => texts.find(text)),
    handles,
  );
});

test('through all growth texts stay under their handles, as in a Map', () => {
  const dice = makeDice(5);
  const texts = new Texts();
  const handles = new Map<string, number>();
  for (let turn = 0; turn < 60_000; turn += 1) {
    const text = `${dice.pick(['member', 'rôle', 'm'])}_${dice.between(0, 40_000).toString(36)}`;
    if (dice.chance(0.3)) assert.equal(texts.find(text), handles.get(text) ?? -1);
    else {
      const handle = texts.add(text);
      assert.equal(handle, handles.get(text) ?? handles.size);
      handles.set(text, handle);
    }
  }
  assert.equal(texts.size, handles.size);
  for (const [text, handle] of handles) assert.equal(texts.at(handle), text);
});

test('a map of numbers answers as a Map through growth, overwriting and keys that are not there', () => {
  const dice = makeDice(6);
  const map = new IntMap();
  const plain = new Map<number, number>();
  for (let turn = 0; turn < 60_000; turn += 1) {
    // Runs of keys, keys that share their low bits, and the edges.
    const key = dice.pick([turn, dice.between(0, 5_000), dice.between(0, 2_000) * 65_536, 0, 2 ** 31 - 1]);
    if (dice.chance(0.3)) assert.equal(map.get(key), plain.get(key) ?? -1);
    else {
      const value = dice.between(0, 2 ** 31 - 1);
      map.set(key, value);
      plain.set(key, value);
    }
  }
  for (const [key, value] of plain) assert.equal(map.get(key), value);
  assert.equal(map.get(-1), -1, 'the handle of a text that is not there');
});

test('a column keeps its numbers when it grows, also by a leap', () => {
  const column = new IntColumn();
  const rows = [0, 1, 1023, 1024, 1536, 5_000, 100_000];
  for (const row of rows) column.set(row, 1 - row);
  assert.deepEqual(
    rows.map((row) => column.at(row)),
    rows.map((row) => 1 - row),
  );
  column.set(1024, 7);
  assert.equal(column.at(1024), 7);
  assert.ok(column.byteLength < 4 * 1_000_000);
});
