import type { Refusal } from '../../contract/refusal.ts';
import type { Mutation } from '../kernel/index.ts';
import { refuseUnlessHeld, refuseUnlessSuperAdmin } from './delegation.ts';
import { grantsToCome, placeOfGrant } from './grant-store.ts';
import { principalOf } from './principal-of.ts';

/**
 * Refuses unless the caller holds all that a User's active grants give, those of instance levels as a super admin: who
 * locks a User out or lets it in, or can log in as it, must not come to more rights that way. With `asUser` the caller
 * will be able to act as the User, and has to hold everything for as long and as widely as the User does. To be called
 * with the User's row locked for update, so that no grant is added meanwhile.
 */
export async function refuseUnlessAboveUser(
  mutation: Mutation,
  userId: string,
  { asUser }: { readonly asUser: boolean },
): Promise<Refusal<'ADMIN_PERMISSION_REQUIRED'> | null> {
  const principal = principalOf(mutation);
  for (const grant of await grantsToCome(mutation, userId)) {
    const lasting = asUser ? { expiresAt: grant.expires_at, memberId: grant.member_id } : null;
    const forbidden =
      grant.space_id === null
        ? refuseUnlessSuperAdmin(principal, lasting)
        : refuseUnlessHeld(principal, [grant.permission_key], placeOfGrant(grant), lasting);
    if (forbidden !== null) return forbidden;
  }
  return null;
}
