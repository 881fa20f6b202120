import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from './oracle.ts';
import type { ContextQuestion, DenyCode, InlineGrant, InlineResource } from './question.ts';
import { referenceNow, referenceQuestion, referenceWorld } from './reference-world.ts';

const space_id = 'space_asserted';
const tree: InlineGrant = { scope: 'group_tree', scope_anchor_group_path: 'finance' };

function asserted(
  grants: InlineGrant[],
  resource: Partial<InlineResource> = { group_path: 'finance.apac' },
  overrides: Partial<ContextQuestion> = {},
): ContextQuestion {
  return {
    ...referenceQuestion(),
    kind: 'context',
    actor: { user_id: 'u', member_id: 'm', user_member_id: 'b', space_id },
    resource: { space_id, ...resource },
    grants,
    ...overrides,
  };
}

function denyCodeOf(question: ContextQuestion): DenyCode | null {
  return ask(referenceWorld(), question, referenceNow).deny_code;
}

test('Context Mode decides by what was asserted alone', () => {
  assert.equal(denyCodeOf(asserted([tree])), null);
  assert.equal(denyCodeOf(asserted([tree], { group_path: 'finance2' })), 'SCOPE_OUT_OF_BOUNDS');
  assert.equal(denyCodeOf(asserted([])), 'NO_MATCHING_PERMISSION');
  assert.equal(denyCodeOf(asserted([{ ...tree, action: 'reject' }])), 'NO_MATCHING_PERMISSION');
  assert.equal(denyCodeOf(asserted([{ ...tree, resource: 'contract' }])), 'NO_MATCHING_PERMISSION');
  assert.equal(
    denyCodeOf(asserted([tree], { group_path: 'finance', status: 'archived' })),
    'RESOURCE_INACTIVE',
  );
});

test('Context Mode reads the registry from the tables', () => {
  assert.equal(denyCodeOf(asserted([tree], {}, { resource_type: 'contract' })), 'INVALID_RESOURCE_TYPE');
  assert.equal(denyCodeOf(asserted([tree], {}, { action: 'void' })), 'INVALID_RESOURCE_ACTION');
});

test('Context Mode takes each asserted status of the actor', () => {
  const states = [
    [{ user_status: 'disabled', member_status: 'disabled' }, 'ACTOR_USER_INACTIVE'],
    [{ member_status: 'disabled', space_status: 'disabled' }, 'ACTOR_MEMBER_INACTIVE'],
    [{ space_status: 'disabled', binding_status: 'revoked' }, 'SPACE_INACTIVE'],
    [{ binding_status: 'revoked' }, 'USER_MEMBER_REVOKED'],
  ] as const;
  for (const [fields, expected] of states) {
    const question = asserted([tree]);
    assert.equal(denyCodeOf({ ...question, actor: { ...question.actor, ...fields } }), expected);
  }
});

test('a grant of another Space neither covers nor spoils, and alone is the reason', () => {
  const foreign = { ...tree, space_id: 'space_other' };
  assert.equal(denyCodeOf(asserted([foreign])), 'CROSS_SPACE_VIOLATION');
  assert.equal(denyCodeOf(asserted([foreign, tree])), null);
  assert.equal(denyCodeOf(asserted([foreign, { ...tree, action: 'reject' }])), 'CROSS_SPACE_VIOLATION');
  assert.equal(denyCodeOf(asserted([{ ...foreign, action: 'reject' }])), 'NO_MATCHING_PERMISSION');
  assert.equal(
    denyCodeOf(asserted([tree], { space_id: 'space_other', group_path: 'finance' })),
    'CROSS_SPACE_VIOLATION',
  );
});

test('Groups are compared by the ids, else by the paths, that both sides sent', () => {
  const cases: [InlineGrant, Partial<InlineResource>, DenyCode | null][] = [
    [{ scope: 'group', scope_anchor_group_id: 'g' }, { group_id: 'g' }, null],
    [{ scope: 'group', scope_anchor_group_path: 'a' }, { group_path: 'a' }, null],
    [{ scope: 'group', scope_anchor_group_path: 'a' }, { group_path: 'a.b' }, 'SCOPE_OUT_OF_BOUNDS'],
    [{ scope: 'group', scope_anchor_group_id: 'g' }, { group_path: 'g' }, 'SCOPE_OUT_OF_BOUNDS'],
    [
      { scope: 'group', scope_anchor_group_id: 'g', scope_anchor_group_path: 'a' },
      { group_id: 'h', group_path: 'a' },
      'SCOPE_OUT_OF_BOUNDS',
    ],
    [{ scope: 'group_tree', scope_anchor_group_id: 'g' }, { group_id: 'g' }, null],
    [{ scope: 'group_tree', scope_anchor_group_id: 'g' }, { group_path: 'g.a' }, 'SCOPE_OUT_OF_BOUNDS'],
    [
      { scope: 'group_tree', scope_anchor_group_id: 'g', scope_anchor_group_path: 'a' },
      { group_id: 'h', group_path: 'a.b' },
      null,
    ],
    [{ scope: 'group' }, { group_id: 'g' }, 'SCOPE_ANCHOR_MISSING'],
    [{ scope: 'group', scope_anchor_group_id: 'g' }, {}, 'TARGET_GROUP_MISSING'],
  ];
  for (const [grant, resource, expected] of cases) {
    assert.equal(denyCodeOf(asserted([grant], resource)), expected, JSON.stringify([grant, resource]));
  }
});
