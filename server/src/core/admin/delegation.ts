import type { Principal } from '../../contract/ports.ts';
import { includes, type Place } from '../../contract/reach.ts';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import { grants, type HeldRight } from '../../contract/rights.ts';

/** For how long, and through which Member alone, a right is to be held; null for without end, and for whatever Member. */
export type Lasting = { readonly expiresAt: Date | null; readonly memberId: string | null };

/**
 * Refuses unless the principal holds every one of the keys at the place: nobody hands on what it does not hold.
 * A wildcard is held through an equal or wider one: `*` through `*`, `domain:*` through `domain:*` or `domain:manage`.
 * With `lasting` only rights count that are held for as long and as widely, so that no right outlives the one that it
 * comes from.
 */
export function refuseUnlessHeld(
  principal: Principal,
  keys: readonly string[],
  place: Place,
  lasting: Lasting | null = null,
): Refusal<'ADMIN_PERMISSION_REQUIRED'> | null {
  const missing = keys.find(
    (key) =>
      !principal.rights.some(
        (right) => grants(right, key) && includes(right.reach, place) && lastsFor(right, lasting),
      ),
  );
  return missing === undefined ? null : refuse('ADMIN_PERMISSION_REQUIRED', { permission: missing });
}

/**
 * Refuses unless the principal is an instance super admin, with `lasting` one for as long and as widely. API keys never
 * are.
 */
export function refuseUnlessSuperAdmin(
  principal: Principal,
  lasting: Lasting | null = null,
): Refusal<'ADMIN_PERMISSION_REQUIRED'> | null {
  const held =
    principal.kind === 'session' &&
    principal.rights.some((right) => right.superAdmin && lastsFor(right, lasting));
  return held ? null : refuse('ADMIN_PERMISSION_REQUIRED', { permission: '*' });
}

function lastsFor(right: HeldRight, lasting: Lasting | null): boolean {
  if (lasting === null) return true;
  const { expiresAt, memberId } = lasting;
  const longEnough = right.expiresAt === null || (expiresAt !== null && expiresAt <= right.expiresAt);
  return longEnough && (right.memberId === null || right.memberId === memberId);
}
