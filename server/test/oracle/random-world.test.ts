import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from './oracle.ts';
import { denyCodes } from './question.ts';
import { type RandomWorld, randomWorld } from './random-world.ts';

const drawn = Array.from({ length: 500 }, (_, seed) => randomWorld(seed, `w${seed}_`));
const answers = drawn.flatMap(({ world, questions, now }) =>
  questions.map((question) => ({ question, answer: ask(world, question, now) })),
);

test('every reason for a deny is met often enough, and so are allows', () => {
  const counts = new Map<string | null, number>();
  for (const { answer } of answers) {
    counts.set(answer.deny_code, (counts.get(answer.deny_code) ?? 0) + 1);
  }
  for (const code of denyCodes) {
    const share = (counts.get(code) ?? 0) / answers.length;
    assert.ok(share >= 0.003, `${code} is the answer to ${share * 100} % of the questions`);
  }
  const allows = (counts.get(null) ?? 0) / answers.length;
  assert.ok(allows >= 0.15 && allows <= 0.3, `${allows * 100} % are allowed`);
});

test('answers between which precedence and windows decide are met', () => {
  const mixed = answers.filter(({ answer }) => {
    const reasons = new Set(answer.candidates.map((candidate) => candidate.deny_code));
    return reasons.size > 1 && !reasons.has(null);
  });
  assert.ok(mixed.length / answers.length > 0.05, `${mixed.length} of ${answers.length}`);
  const leftOut = new Set(answers.flatMap(({ answer }) => answer.considered.map((grant) => grant.left_out)));
  assert.equal(leftOut.size, 7);
});

test('every world asks six to ten questions, of all three kinds', () => {
  for (const { questions } of drawn) {
    assert.ok(questions.length >= 6 && questions.length <= 10);
    assert.deepEqual([...new Set(questions.map((question) => question.kind))].sort(), [
      'context',
      'managed',
      'proposed',
    ]);
  }
});

test('the same seed draws the same world, another seed another', () => {
  assert.deepEqual(randomWorld(7, 'w7_'), drawn[7]);
  assert.notDeepEqual(randomWorld(8, 'w7_'), drawn[7]);
});

test('ids and keys are well formed, begin with the prefix, and are nobody else’s', () => {
  const seen = new Set<string>();
  for (const [seed, { world }] of drawn.entries()) {
    for (const row of Object.values(world).flat() as { id: string }[]) {
      assert.match(row.id, /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/);
      assert.ok(row.id.startsWith(`w${seed}_`) && !seen.has(row.id), row.id);
      seen.add(row.id);
    }
    const resourceKeys = [
      ...world.resource_types.map((row) => row.key),
      ...world.permissions.map((row) => row.resource),
    ];
    for (const key of resourceKeys) {
      assert.match(key, /^[a-z][a-z0-9_]*$/);
      assert.ok(key.startsWith(`w${seed}_`), key);
    }
  }
});

test('an instant given from outside moves every window with it', () => {
  const now = '2031-01-02T03:04:05.678Z';
  const moved: RandomWorld = randomWorld(3, 'w3_', now);
  const codes = ({ world, questions, now: at }: RandomWorld): unknown[] =>
    questions.map((question) => ask(world, question, at));
  assert.equal(moved.now, now);
  assert.deepEqual(codes(moved), codes(randomWorld(3, 'w3_')));
});
