import type { Principal } from '../../contract/ports.ts';
import { includes, type Place } from '../../contract/reach.ts';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import { grants } from '../../contract/rights.ts';

/**
 * Refuses unless the principal holds every one of the keys at the place: nobody hands on what it does not hold.
 * A wildcard is held through an equal or wider one: `*` through `*`, `domain:*` through `domain:*` or `domain:manage`.
 */
export function refuseUnlessHeld(
  principal: Principal,
  keys: readonly string[],
  place: Place,
): Refusal<'ADMIN_PERMISSION_REQUIRED'> | null {
  const missing = keys.find(
    (key) => !principal.rights.some((right) => grants(right, key) && includes(right.reach, place)),
  );
  return missing === undefined ? null : refuse('ADMIN_PERMISSION_REQUIRED', { permission: missing });
}

/** Whether the principal is an instance super admin. API keys never are. */
export function isSuperAdminPrincipal(principal: Principal): boolean {
  return principal.kind === 'session' && principal.rights.some(({ superAdmin }) => superAdmin);
}
