import type { Reach } from './reach.ts';

/** One permission key (or wildcard) that a credential holds, and how far. */
export type HeldRight = {
  readonly permissionKey: string;
  readonly reach: Reach;
  /** Held as instance super admin: stands for every key. */
  readonly superAdmin: boolean;
  /** The instant at which it ends; null without end. */
  readonly expiresAt: Date | null;
  /** The Member that the session has to act through for it; null when it is held whatever the session acts as. */
  readonly memberId: string | null;
};

/** The places where a principal holds `permission`, through whatever wildcard. */
export function reachesOf(
  { rights }: { readonly rights: readonly HeldRight[] },
  permission: string,
): readonly Reach[] {
  return rights.filter((right) => grants(right, permission)).map(({ reach }) => reach);
}

/** Whether one right stands for `permission`. */
export function grants(right: HeldRight, permission: string): boolean {
  return right.superAdmin || covers(right.permissionKey, permission);
}

/**
 * Whether a held permission key covers a wanted one: `*`, the same key, `domain:*`, or `domain:manage`, which
 * stands for every action of its domain.
 */
export function covers(held: string, wanted: string): boolean {
  if (held === '*' || held === wanted) return true;
  const domain = wanted.slice(0, wanted.indexOf(':'));
  return held === `${domain}:*` || held === `${domain}:manage`;
}

/** Whether a key may be written down: `*`, or `domain:action` in lower case, where the action may be `*`. */
export function isPermissionKey(key: string): boolean {
  return /^(\*|[a-z0-9_-]+:(\*|[a-z0-9_-]+))$/.test(key);
}
