import { isAtOrBelow } from '../../../contract/reach.ts';
import type { DenyCode } from './deny-code.ts';
import type { GroupFacts, PermissionScope, TargetFacts } from './facts.ts';

/** The verdict on one candidate: whether its permission reaches the target, by which rule, and if not, why. */
export type ScopeCheck = {
  readonly covered: boolean;
  /** The rule as a short formula. */
  readonly rule: string;
  /** The verdict as a sentence. */
  readonly reason: string;
  readonly denyCode: ScopeDenyCode | null;
};

/** The codes that a scope check can end with. */
export type ScopeDenyCode = Extract<
  DenyCode,
  'SCOPE_OUT_OF_BOUNDS' | 'TARGET_GROUP_MISSING' | 'SCOPE_ANCHOR_MISSING' | 'GLOBAL_SCOPE_DISABLED'
>;

const rules: Readonly<Record<PermissionScope, string>> = {
  self: 'resource.owner_member_id = actor.member_id',
  group: 'target_group = scope_anchor_group',
  group_tree: 'target_group.path = scope_anchor.path or begins with scope_anchor.path + "."',
  space: 'resource.space_id = actor.space_id',
  global: 'never',
};

/**
 * Whether a permission of `scope`, held by `member` and anchored at `anchor`, reaches `target`. For `group` and
 * `group_tree` the anchor is looked at before the target's Group; the other scopes ignore the anchor.
 */
export function checkScope(
  scope: PermissionScope,
  anchor: GroupFacts | null,
  target: TargetFacts,
  member: { readonly id: string; readonly spaceId: string },
): ScopeCheck {
  switch (scope) {
    case 'self':
      return target.ownerMemberId === member.id
        ? covered(scope, 'The Member owns the resource.')
        : missed(scope, 'SCOPE_OUT_OF_BOUNDS', 'The Member does not own the resource.');
    case 'space':
      return target.spaceId === member.spaceId
        ? covered(scope, 'The resource is in the Space of the Member.')
        : missed(scope, 'SCOPE_OUT_OF_BOUNDS', 'The resource is in another Space.');
    case 'global':
      return missed(scope, 'GLOBAL_SCOPE_DISABLED', 'The scope global is reserved and never allows.');
    case 'group':
    case 'group_tree':
      return checkGroups(scope, anchor, target.group);
  }
}

function checkGroups(
  scope: 'group' | 'group_tree',
  anchor: GroupFacts | null,
  group: GroupFacts | null,
): ScopeCheck {
  if (anchor === null || !anchor.usable) {
    const why = anchor === null ? 'The role is assigned without a Group.' : 'The anchor Group is not active.';
    return missed(scope, 'SCOPE_ANCHOR_MISSING', why);
  }
  if (group === null || !group.usable) {
    const why = group === null ? 'The resource is in no Group.' : 'The Group of the resource is not active.';
    return missed(scope, 'TARGET_GROUP_MISSING', why);
  }
  // Paths mean something within one Space only.
  const reaches =
    anchor.spaceId === group.spaceId &&
    (scope === 'group' ? sameGroup(anchor, group) : withinTree(anchor, group));
  if (!reaches) return missed(scope, 'SCOPE_OUT_OF_BOUNDS', 'The resource is outside the Group of the role.');
  return covered(
    scope,
    scope === 'group'
      ? 'The resource is in the Group of the role.'
      : 'The resource is in the Group of the role or below it.',
  );
}

/** Ids decide when both ends have one (an asserted Group may come by path alone), else paths. */
function sameGroup(anchor: GroupFacts, group: GroupFacts): boolean {
  if (anchor.id !== null && group.id !== null) return anchor.id === group.id;
  return anchor.path !== null && anchor.path === group.path;
}

function withinTree(anchor: GroupFacts, group: GroupFacts): boolean {
  if (anchor.id !== null && anchor.id === group.id) return true;
  return anchor.path !== null && group.path !== null && isAtOrBelow(group.path, anchor.path);
}

function covered(scope: PermissionScope, reason: string): ScopeCheck {
  return { covered: true, rule: rules[scope], reason, denyCode: null };
}

function missed(scope: PermissionScope, denyCode: ScopeDenyCode, reason: string): ScopeCheck {
  return { covered: false, rule: rules[scope], reason, denyCode };
}
