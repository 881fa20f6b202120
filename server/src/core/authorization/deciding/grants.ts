import type { GrantFacts, Question } from './facts.ts';

/** Why a grant was left out of a decision; null when it is a candidate. */
export type LeftOut =
  | 'revoked'
  | 'not_yet_valid'
  | 'expired'
  | 'foreign_space'
  | 'role_disabled'
  | 'permission_disabled'
  | 'other_permission'
  | null;

/**
 * Whether a grant counts for a question at `now` (milliseconds since the epoch), and if not, why.
 * Windows are half-open: valid from `not_before` on and before `expires_at`. A permission with the reserved scope
 * `global` is always disabled and counts all the same, so that its own deny code can be told.
 */
export function leaveOut(grant: GrantFacts, question: Question, now: number): LeftOut {
  const { resource, action } = grant.permission;
  if (resource !== question.resourceType || action !== question.action) return 'other_permission';
  const { spaceId } = question.actor;
  if (grant.spaceId !== spaceId || grant.role.spaceId !== spaceId) return 'foreign_space';
  if (grant.anchor !== null && grant.anchor.spaceId !== spaceId) return 'foreign_space';
  if (grant.status !== 'active') return 'revoked';
  if (grant.notBefore !== null && now < grant.notBefore) return 'not_yet_valid';
  if (grant.expiresAt !== null && now >= grant.expiresAt) return 'expired';
  if (grant.role.status !== 'active') return 'role_disabled';
  if (grant.permission.status !== 'active' && grant.permission.scope !== 'global')
    return 'permission_disabled';
  return null;
}

/** The documented order of candidates: role key, resource, action, scope, anchor path, assignment id (byte order). */
export function byGrantOrder(a: GrantFacts, b: GrantFacts): number {
  return (
    compare(a.role.key, b.role.key) ||
    compare(a.permission.resource, b.permission.resource) ||
    compare(a.permission.action, b.permission.action) ||
    compare(a.permission.scope, b.permission.scope) ||
    compare(a.anchor?.path ?? '', b.anchor?.path ?? '') ||
    compare(a.memberRoleId ?? '', b.memberRoleId ?? '')
  );
}

// Keys, scopes, paths and ids are ASCII by contract, so comparing code units is the byte order of the database.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
