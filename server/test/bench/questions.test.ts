import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { questionSets } from '../../../scripts/bench/questions.ts';
import { measuredWorld, worldSize } from '../../../scripts/bench/world.ts';
import { ask } from '../oracle/oracle.ts';

describe('the world of the benchmark', () => {
  const world = measuredWorld();
  const { wide, hot, expected } = questionSets(world);

  test('is the same every time and as large as it says', () => {
    assert.deepEqual(measuredWorld().member_roles.slice(0, 100), world.member_roles.slice(0, 100));
    assert.equal(world.groups.length, worldSize.groups);
    assert.equal(world.member_roles.length, worldSize.assignments);
    assert.equal(world.resources.length, worldSize.resources);
    assert.equal(Math.max(...world.groups.map(({ path }) => path.split('.').length)), worldSize.levels);
  });

  test('is asked distinct questions with every usual answer', () => {
    assert.equal(new Set(wide.map((question) => JSON.stringify(question))).size, 5_000);
    assert.equal(hot.length, 100);
    const allowed = expected.filter(({ allow }) => allow).length;
    assert.ok(allowed > 1_500 && allowed < 3_500, `${allowed} are allowed`);
    const codes = new Set(expected.map(({ denyCode }) => denyCode));
    assert.deepEqual(codes, new Set([null, 'SCOPE_OUT_OF_BOUNDS', 'NO_MATCHING_PERMISSION']));
  });

  test('has answers that the second implementation of the rules gives too', () => {
    for (let index = 0; index < wide.length; index += 100) {
      const question = wide[index];
      assert.ok(question !== undefined);
      const asked = { kind: 'managed', reach: { level: 'instance' }, ...question } as const;
      const { deny_code } = ask(world, asked, '2026-01-01T00:00:00.000Z');
      assert.equal(expected[index]?.denyCode, deny_code, JSON.stringify(question));
    }
  });
});
