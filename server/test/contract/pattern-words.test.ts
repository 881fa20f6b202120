import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createAdminGrantBody } from '../../src/contract/generated/core/validators/admin.js';
import { updateUserBody } from '../../src/contract/generated/core/validators/users.js';
import { patternWords } from '../../src/contract/pattern-words.ts';
import { bodyViolations } from '../../src/contract/violations-of.ts';

type Json = { readonly [key: string]: Json } & string;
const file = new URL('../../../openapi/dist/core.openapi.json', import.meta.url);
const document = JSON.parse(readFileSync(file, 'utf8')) as Json;

test('every pattern that a request can break is told in words', () => {
  const patterns = new Set<string>();
  const seen = new Set<string>();
  const walk = (node: Json): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node) as [string, Json][]) {
      if (key === 'pattern' && typeof value === 'string') patterns.add(value);
      else if (key === '$ref' && typeof value === 'string') follow(value);
      else walk(value);
    }
  };
  const follow = (reference: string): void => {
    if (seen.has(reference)) return;
    seen.add(reference);
    walk(
      reference
        .slice(2)
        .split('/')
        .reduce<Json>((node, name) => node[name] as Json, document),
    );
  };
  for (const path of Object.values(document['paths'] ?? {}) as Json[]) {
    for (const { parameters, requestBody } of Object.values(path) as Json[]) {
      if (parameters !== undefined) walk(parameters);
      if (requestBody !== undefined) walk(requestBody);
    }
  }
  assert.ok(patterns.size > 10);
  assert.deepEqual(
    [...patterns].filter((pattern) => patternWords(pattern) === undefined),
    [],
  );
});

test('a broken instant is told once, and an empty change asks for a field', () => {
  const grant = {
    user_id: 'u',
    level: 'instance_admin',
    permission_key: 'Users:read',
    expires_at: 'tomorrow',
  };
  assert.equal(createAdminGrantBody(grant), false);
  assert.deepEqual(
    bodyViolations(createAdminGrantBody.errors)
      .map(({ pointer, message }) => [pointer, message.slice(0, 32)])
      .sort(),
    [
      ['/expires_at', 'must be an instant with its offs'],
      ['/permission_key', 'must be a permission key in lowe'],
    ],
  );
  assert.equal(updateUserBody({}), false);
  assert.deepEqual(
    bodyViolations(updateUserBody.errors).map(({ message }) => message),
    ['must have at least one field'],
  );
});
