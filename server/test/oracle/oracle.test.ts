import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from './oracle.ts';
import type { DenyCode, ManagedQuestion, Question } from './question.ts';
import {
  groupRow,
  patched,
  referenceCandidate,
  referenceNow,
  referenceQuestion,
  referenceWorld,
} from './reference-world.ts';
import type { World } from './world.ts';

const base = referenceWorld();
const alice = referenceQuestion().actor;
const outOfBounds = { ...referenceCandidate, covered: false, deny_code: 'SCOPE_OUT_OF_BOUNDS' } as const;
const other = { id: 'space_other', name: 'Other', status: 'active', deleted_at: null } as const;
const foreign = { ...groupRow('finance'), id: 'group_foreign', space_id: other.id };

function denyCodeOf(world: World, question: Question = referenceQuestion()): DenyCode | null {
  return ask(world, question, referenceNow).deny_code;
}

const scenarios: [title: string, question: Partial<ManagedQuestion>, expected: DenyCode | null][] = [
  ['a delegate approves below the anchor', {}, null],
  ['a delegate does not approve elsewhere', { resource_id: 'invoice_002' }, 'SCOPE_OUT_OF_BOUNDS'],
  [
    'another User acts through the same Member',
    { actor: { ...alice, user_id: 'user_bob', user_member_id: 'um_bob_finance_reviewer' } },
    null,
  ],
  [
    'a revoked binding denies',
    { actor: { ...alice, user_member_id: 'um_alice_finance_reviewer_revoked' } },
    'USER_MEMBER_REVOKED',
  ],
  [
    'an expired binding denies',
    { actor: { ...alice, user_member_id: 'um_alice_finance_reviewer_expired' } },
    'USER_MEMBER_EXPIRED',
  ],
];
for (const [title, overrides, expected] of scenarios) {
  test(`reference scenario: ${title}, with exactly one candidate`, () => {
    const answer = ask(base, referenceQuestion(overrides), referenceNow);
    assert.deepEqual(answer, {
      decision: expected === null ? 'allow' : 'deny',
      deny_code: expected,
      candidates: [expected === 'SCOPE_OUT_OF_BOUNDS' ? outOfBounds : referenceCandidate],
      considered: [
        {
          member_role_id: 'mr_finance_reviewer_approver_finance',
          permission_id: 'perm_approve',
          grant_index: null,
          left_out: null,
        },
      ],
    });
  });
}

test('a proposed target is weighed with stored grants, and a stored row of its id is not looked at', () => {
  for (const id of ['invoice_draft_001', 'invoice_002']) {
    const asked = { ...referenceQuestion(), kind: 'proposed', resource_id: id } as const;
    const at = (group_id: string): Question => {
      return {
        ...asked,
        resource: { space_id: 'space_acme', group_id, owner_member_id: 'member_invoice_creator' },
      };
    };
    assert.equal(denyCodeOf(base, at('group_finance_emea')), null);
    assert.equal(denyCodeOf(base, at('group_legal')), 'SCOPE_OUT_OF_BOUNDS');
    assert.equal(denyCodeOf(base, at('group_unknown')), 'TARGET_GROUP_MISSING');
    const byPath = { ...asked, resource: { space_id: 'space_acme', group_path: 'finance.emea' } };
    assert.equal(denyCodeOf(base, byPath), null);
    assert.equal(
      denyCodeOf(base, { ...byPath, resource: { ...byPath.resource, status: 'archived' } }),
      'RESOURCE_INACTIVE',
    );
  }
});

test('a registered action that no grant names has no candidates', () => {
  const answer = ask(base, referenceQuestion({ action: 'reject' }), referenceNow);
  assert.deepEqual([answer.deny_code, answer.candidates], ['NO_MATCHING_PERMISSION', []]);
});

test('unknown and inactive registry entries have codes of their own, and the unknown come first', () => {
  const typeOff = patched(base, 'resource_types', { status: 'disabled' });
  const actionOff = patched(base, 'resource_actions', { status: 'disabled' }, 'ra_approve');
  const voiding = referenceQuestion({ action: 'void' });
  const unknown = referenceQuestion({ resource_id: 'invoice_003' });
  assert.equal(denyCodeOf(base, referenceQuestion({ resource_type: 'contract' })), 'INVALID_RESOURCE_TYPE');
  assert.equal(denyCodeOf(base, voiding), 'INVALID_RESOURCE_ACTION');
  assert.equal(denyCodeOf(typeOff, voiding), 'INVALID_RESOURCE_ACTION');
  assert.equal(denyCodeOf(typeOff), 'RESOURCE_TYPE_INACTIVE');
  assert.equal(denyCodeOf(actionOff, unknown), 'RESOURCE_TYPE_INACTIVE');
  assert.equal(denyCodeOf(base, unknown), 'RESOURCE_NOT_FOUND');
});

test('a mapping, disabled or missing, changes nothing', () => {
  assert.equal(denyCodeOf(patched(base, 'resource_mappings', { status: 'disabled' })), null);
  assert.equal(denyCodeOf({ ...base, resource_mappings: [] }), null);
});

const wide: World = { ...base, spaces: [...base.spaces, other], groups: [...base.groups, foreign] };
const abroad = { space_id: other.id };
const crossings: [title: string, world: World, expected: DenyCode][] = [
  ['a Member of another Space', patched(wide, 'members', abroad), 'ACTOR_NOT_FOUND'],
  [
    'a binding of another Member',
    patched(wide, 'user_members', { member_id: 'member_invoice_creator' }),
    'ACTOR_NOT_FOUND',
  ],
  ['a resource of another Space', patched(wide, 'resources', abroad), 'CROSS_SPACE_VIOLATION'],
  [
    'a target Group of another Space',
    patched(wide, 'resources', { group_id: foreign.id }),
    'CROSS_SPACE_VIOLATION',
  ],
  ['a role of another Space', patched(wide, 'roles', abroad), 'CROSS_SPACE_VIOLATION'],
  ['a member role of another Space', patched(wide, 'member_roles', abroad), 'CROSS_SPACE_VIOLATION'],
  [
    'an anchor of another Space',
    patched(wide, 'member_roles', { scope_anchor_group_id: foreign.id }),
    'CROSS_SPACE_VIOLATION',
  ],
];
for (const [title, world, expected] of crossings) {
  test(`${title} is answered ${expected}`, () => {
    assert.equal(denyCodeOf(world), expected);
  });
}

test('a foreign grant does not spoil a good one', () => {
  const strange = base.member_roles.map((row) => ({ ...row, ...abroad, id: 'mr_foreign' }));
  const world = { ...wide, member_roles: [...strange, ...base.member_roles] };
  const answer = ask(world, referenceQuestion(), referenceNow);
  assert.deepEqual([answer.decision, answer.candidates], ['allow', [referenceCandidate]]);
  assert.equal(answer.considered[0]?.left_out, 'foreign_space');
});

test('the actor must be there and its parts must belong together', () => {
  const unknown = { user_id: 'x', member_id: 'x', user_member_id: 'x', space_id: 'x' };
  for (const [field, value] of Object.entries(unknown)) {
    const actor = { ...alice, [field]: value };
    assert.equal(
      denyCodeOf(base, referenceQuestion({ actor, resource_type: 'contract' })),
      'ACTOR_NOT_FOUND',
    );
  }
  assert.equal(
    denyCodeOf(base, referenceQuestion({ actor: { ...alice, user_id: 'user_bob' } })),
    'ACTOR_NOT_FOUND',
  );
  for (const table of ['users', 'members', 'spaces', 'user_members'] as const) {
    assert.equal(denyCodeOf(patched(base, table, { deleted_at: referenceNow })), 'ACTOR_NOT_FOUND');
  }
});

test('of several inactive parts of the actor the first one gives the code', () => {
  let world = patched(base, 'user_members', { status: 'revoked', expires_at: referenceNow });
  assert.equal(denyCodeOf(world), 'USER_MEMBER_REVOKED');
  world = patched(world, 'spaces', { status: 'disabled' });
  assert.equal(denyCodeOf(world), 'SPACE_INACTIVE');
  world = patched(world, 'members', { status: 'disabled' });
  assert.equal(denyCodeOf(world), 'ACTOR_MEMBER_INACTIVE');
  world = patched(world, 'users', { status: 'disabled' });
  assert.equal(denyCodeOf(world, referenceQuestion({ resource_type: 'contract' })), 'ACTOR_USER_INACTIVE');
});

test('windows hold from not_before up to, not including, expires_at', () => {
  const justBefore = '2026-05-05T23:59:59.999Z';
  const justAfter = '2026-05-06T00:00:00.001Z';
  const windows: [not_before: string | null, expires_at: string | null, expected: DenyCode | null][] = [
    [referenceNow, null, null],
    [justBefore, justAfter, null],
    [justAfter, null, 'NO_MATCHING_PERMISSION'],
    [null, justAfter, null],
    [null, referenceNow, 'NO_MATCHING_PERMISSION'],
    [null, justBefore, 'NO_MATCHING_PERMISSION'],
  ];
  for (const [not_before, expires_at, expected] of windows) {
    assert.equal(denyCodeOf(patched(base, 'member_roles', { not_before, expires_at })), expected);
  }
  assert.equal(denyCodeOf(patched(base, 'user_members', { expires_at: justAfter })), null);
  assert.equal(
    denyCodeOf(patched(base, 'user_members', { expires_at: referenceNow })),
    'USER_MEMBER_EXPIRED',
  );
});

test('an archived or deleted resource, and one out of reach, is not acted on', () => {
  assert.equal(denyCodeOf(patched(base, 'resources', { status: 'archived' })), 'RESOURCE_INACTIVE');
  const deleted = { status: 'deleted', deleted_at: referenceNow } as const;
  assert.equal(denyCodeOf(patched(base, 'resources', deleted)), 'RESOURCE_INACTIVE');
  const within = (group_id: string): ManagedQuestion =>
    referenceQuestion({ reach: { level: 'group', space_id: 'space_acme', group_id } });
  assert.equal(denyCodeOf(base, within('group_legal')), 'RESOURCE_NOT_FOUND');
  assert.equal(denyCodeOf(base, within('group_finance')), null);
  assert.equal(
    denyCodeOf(patched(base, 'resources', { group_id: null }), within('group_finance')),
    'RESOURCE_NOT_FOUND',
  );
  const elsewhere = patched(wide, 'resources', { ...abroad, group_id: null });
  const ownSpace = referenceQuestion({ reach: { level: 'space', space_id: 'space_acme' } });
  assert.equal(denyCodeOf(elsewhere, ownSpace), 'RESOURCE_NOT_FOUND');
  assert.equal(denyCodeOf(elsewhere), 'CROSS_SPACE_VIOLATION');
});
