import { type Refusal, refuse } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';

const effective = `
  from admin_grants g join users u on u.id = g.user_id and u.status = 'active' and u.deleted_at is null
  where g.level = 'instance_super_admin' and g.status = 'active' and g.deleted_at is null`;
const present = `select ${effective} and (g.expires_at is null or g.expires_at > now()) limit 1`;
const held = `select ${effective} and (g.expires_at is null or g.expires_at > now()) and g.user_id = $1 limit 1`;
// A grant for one Member alone does not count: it goes when that Member does.
const lasting = `select ${effective} and g.expires_at is null and g.member_id is null
  and g.user_id is distinct from $1 limit 1`;
/** Serialises the changes that could each take one of the last two super admins. */
const lock = 'select pg_advisory_xact_lock(750100601007)';

/** Whether the instance has a super admin whose grant counts now. */
export async function hasSuperAdmin(connection: Queryable): Promise<boolean> {
  return (await connection.query(present)).rows.length > 0;
}

/** Whether the instance has a super admin without end who is an active User. */
export async function hasLastingSuperAdmin(connection: Queryable): Promise<boolean> {
  return (await connection.query(lasting, [null])).rows.length > 0;
}

/**
 * To be called after a change, in its transaction, that took a super admin's grant away: refuses, and the change must
 * be rolled back, unless a super admin without end remains who is an active User. Of two changes at once the second
 * waits here for the first to commit, and then sees it.
 */
export async function keepSuperAdmin(connection: Queryable): Promise<Refusal<'LAST_SUPER_ADMIN'> | null> {
  return remains(connection, null);
}

/**
 * The same before a change that takes a User away: null as well when the User is no super admin, and so not missed.
 */
export async function keepsASuperAdmin(
  connection: Queryable,
  userId: string,
): Promise<Refusal<'LAST_SUPER_ADMIN'> | null> {
  if ((await connection.query(held, [userId])).rows.length === 0) return null;
  return remains(connection, userId);
}

async function remains(connection: Queryable, without: string | null) {
  await connection.query(lock);
  return (await connection.query(lasting, [without])).rows.length > 0 ? null : refuse('LAST_SUPER_ADMIN');
}
