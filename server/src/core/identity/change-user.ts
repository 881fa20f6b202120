import { LockMode, type SqlEntityManager } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse } from '../../contract/refusal.ts';
import type { Transaction } from '../../platform/database/index.ts';
import { revokeSessionsOf } from '../auth/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { changeRow, type VersionedChange } from '../kernel/index.ts';
import { type User, UserEntity } from './entities.ts';
import { userOnWire } from './user-wire.ts';

/** Which User is to change, and the version that the caller has seen (null when it does not mind). */
export type ChangedUser = { readonly id: string; readonly ifVersion: number | null };

/**
 * Looks, under the lock of the instance, whether the control plane can do without a User: null when an active super
 * admin without expiry is left or the User is none itself, else the refusal.
 */
export type KeepsASuperAdmin = (
  tx: Transaction,
  userId: string,
) => Promise<Refusal<'LAST_SUPER_ADMIN'> | null>;

/**
 * Looks, under the lock of the User's row, whether the caller holds all that the User's admin grants give: null when it
 * does, else the refusal. With `asUser` the change lets the caller log in as the User, and so act with them.
 */
export type RefuseUnlessAboveUser = (
  mutation: Mutation,
  userId: string,
  change: { readonly asUser: boolean },
) => Promise<Refusal<'ADMIN_PERMISSION_REQUIRED'> | null>;

type Refused<Code extends string> = Refusal<
  'USER_NOT_FOUND' | 'PRECONDITION_FAILED' | 'ADMIN_PERMISSION_REQUIRED' | Code
>;

/**
 * Changes what a User is known by; a new password ends its sessions. `passwordHash` is undefined without one. Address
 * and password are how a User logs in: of one with admin grants they are for callers that hold these grants.
 */
export async function updateUser(
  mutation: Mutation,
  changed: ChangedUser,
  body: components['schemas']['UserUpdate'],
  passwordHash: string | undefined,
  refuseUnlessAboveUser: RefuseUnlessAboveUser,
): Promise<User | Refused<never>> {
  const user = await findForChange(mutation.em, changed.id);
  if (user === null) return refuse('USER_NOT_FOUND');
  const email = body.email?.toLowerCase();
  if (passwordHash !== undefined || (email !== undefined && email !== user.email)) {
    const forbidden = await refuseUnlessAboveUser(mutation, user.id, { asUser: true });
    if (forbidden !== null) return forbidden;
  }
  const result = await change(mutation, user, changed.ifVersion, 'user.updated', {
    email,
    username: body.username,
    phone: body.phone,
    metadata: body.metadata,
    // The proof was for the address before.
    emailVerifiedAt: email === undefined || email === user.email ? undefined : null,
    passwordHash,
    passwordChangedAt:
      passwordHash === undefined ? undefined : otherThan(user.passwordChangedAt, mutation.now),
  });
  if (isRefusal(result) || passwordHash === undefined) return result;
  await revokeSessionsOf(mutation, user.id, 'The password was changed.', null);
  return result;
}

/** Locks a User out and ends its sessions, unless the instance would lose its last super admin. */
export async function disableUser(
  mutation: Mutation,
  changed: ChangedUser,
  keepsASuperAdmin: KeepsASuperAdmin,
  refuseUnlessAboveUser: RefuseUnlessAboveUser,
): Promise<User | Refused<'LAST_SUPER_ADMIN'>> {
  const user = await findForChange(mutation.em, changed.id);
  if (user === null) return refuse('USER_NOT_FOUND');
  const forbidden = await refuseUnlessAboveUser(mutation, user.id, { asUser: false });
  if (forbidden !== null) return forbidden;
  const wasActive = user.status === 'active';
  const last = wasActive ? await keepsASuperAdmin(mutation, user.id) : null;
  if (last !== null) return last;
  const result = await change(mutation, user, changed.ifVersion, 'user.disabled', { status: 'disabled' });
  if (isRefusal(result) || !wasActive) return result;
  await revokeSessionsOf(mutation, user.id, 'The User was disabled.', null);
  return result;
}

/** Lets a disabled User in again; it logs in anew. */
export async function restoreUser(
  mutation: Mutation,
  changed: ChangedUser,
  refuseUnlessAboveUser: RefuseUnlessAboveUser,
): Promise<User | Refused<never>> {
  const user = await findForChange(mutation.em, changed.id);
  if (user === null) return refuse('USER_NOT_FOUND');
  const forbidden = await refuseUnlessAboveUser(mutation, user.id, { asUser: false });
  if (forbidden !== null) return forbidden;
  return change(mutation, user, changed.ifVersion, 'user.restored', { status: 'active' });
}

function findForChange(em: SqlEntityManager, id: string): Promise<User | null> {
  return em.findOne(UserEntity, { id, deletedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

function change(
  mutation: Mutation,
  user: User,
  ifVersion: number | null,
  action: string,
  values: VersionedChange<User>['values'],
): Promise<User | Refusal<'PRECONDITION_FAILED'>> {
  const told = { spaceId: null, resourceType: 'user', onWire: userOnWire };
  return changeRow(mutation, user, { ifVersion, values, action, ...told });
}

/**
 * The instant of a new password. It is all that callers see of the change, so that it must move, be it by the least
 * step when two requests began in the same millisecond.
 */
function otherThan(before: Date | null | undefined, now: Date): Date {
  return before?.getTime() === now.getTime() ? new Date(now.getTime() + 1) : now;
}
