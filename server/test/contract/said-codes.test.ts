import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { operations } from '../../src/contract/generated/core/operations.ts';

const source = join(import.meta.dirname, '../../src');

test('every error code that an operation of Core declares is said somewhere in the server', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('\n');
  const declared = new Set<string>(Object.values(operations).flatMap(({ errors }) => [...errors]));
  const unsaid = [...declared].filter((code) => !texts.includes(`'${code}'`));
  assert.deepEqual(unsaid, []);
});
