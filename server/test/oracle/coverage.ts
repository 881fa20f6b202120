import type { Grant } from './grants.ts';
import { isWithin, type Place, type Target } from './places.ts';
import type { AskedActor, DenyCode } from './question.ts';

/** Null when the grant covers the target for this actor, otherwise the reason why it does not. */
export function whyNotCovered(grant: Grant, actor: AskedActor, target: Target): DenyCode | null {
  switch (grant.scope) {
    case 'self':
      return target.owner_member_id === actor.member_id ? null : 'SCOPE_OUT_OF_BOUNDS';
    case 'space':
      return target.space_id === actor.space_id ? null : 'SCOPE_OUT_OF_BOUNDS';
    case 'global':
      return 'GLOBAL_SCOPE_DISABLED';
    case 'group':
    case 'group_tree': {
      if (grant.anchor === null || !grant.anchor.usable) {
        return 'SCOPE_ANCHOR_MISSING';
      }
      if (target.group === null || !target.group.usable) {
        return 'TARGET_GROUP_MISSING';
      }
      // A path means something inside its Space only; the same path elsewhere is another Group.
      if (grant.anchor.space_id !== target.group.space_id) {
        return 'SCOPE_OUT_OF_BOUNDS';
      }
      const isCovered = grant.scope === 'group' ? isSame : isSameOrBelow;
      return isCovered(target.group, grant.anchor) ? null : 'SCOPE_OUT_OF_BOUNDS';
    }
  }
}

/** By ids when both sides have one, else by paths when both have one, else not. */
function isSame(target: Place, anchor: Place): boolean {
  if (target.id !== null && anchor.id !== null) {
    return target.id === anchor.id;
  }
  return target.path !== null && target.path === anchor.path;
}

function isSameOrBelow(target: Place, anchor: Place): boolean {
  if (target.id !== null && target.id === anchor.id) {
    return true;
  }
  return target.path !== null && anchor.path !== null && isWithin(target.path, anchor.path);
}
