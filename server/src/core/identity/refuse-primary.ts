import { anyIncludes } from '../../contract/reach.ts';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import { reachesOf } from '../../contract/rights.ts';
import type { Mutation } from '../kernel/index.ts';
import { principalOf } from './principal-of.ts';

const permission = 'user_members:manage';

/**
 * Refuses to make a binding primary unless the caller manages bindings in the whole instance: where a User's logins
 * start is not for one of its Spaces to say.
 */
export function refusePrimary(mutation: Mutation): Refusal<'ADMIN_PERMISSION_REQUIRED'> | null {
  const reaches = reachesOf(principalOf(mutation), permission);
  return anyIncludes(reaches, { kind: 'instance' })
    ? null
    : refuse('ADMIN_PERMISSION_REQUIRED', { permission });
}
