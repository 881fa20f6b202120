import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../docs/markdown.ts';

test('no file imports itself by a detour, not for a type either', () => {
  const files = new Map(['server', 'scripts'].flatMap(sourcesIn).map((file) => [file, importsOf(file)]));
  assert.ok(files.size > 400);
  assert.deepEqual(circle(files), []);
});

test('a circle is found, and told from its beginning to its end', () => {
  const files = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
    ['d', ['c']],
  ]);
  assert.deepEqual(circle(files), ['d', 'c', 'd']);
  files.set('d', []);
  assert.deepEqual(circle(files), []);
});

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs)$/.test(file) && !file.includes('node_modules') && !file.endsWith('.d.ts'))
    .map((file) => join(root, folder, file));
}

function importsOf(file: string): string[] {
  const found = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s+'(\.[^']+)'/g);
  return [...found].map(([, name = '']) => join(dirname(file), name));
}

/** The files of one circle, beginning and ending with the same one; nothing when there is none. */
function circle(files: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  function follow(file: string): string[] {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    way.push(file);
    for (const next of files.get(file) ?? []) {
      const found = follow(next);
      if (found.length > 0) return found;
    }
    way.pop();
    done.add(file);
    return [];
  }
  for (const file of files.keys()) {
    const found = follow(file);
    if (found.length > 0) return found.map((each) => (each.startsWith(root) ? relative(root, each) : each));
  }
  return [];
}
