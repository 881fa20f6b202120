import { type Refusal, refuse } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';

const effective = `
from admin_grants g join users u on u.id = g.user_id and u.status = 'active' and u.deleted_at is null
where g.level = 'instance_super_admin' and g.status = 'active' and g.deleted_at is null`;
const any = `select ${effective.trim()} and (g.expires_at is null or g.expires_at > now()) limit 1`;
// A grant for one Member alone does not count: it goes when that Member does.
const lasting = `select ${effective.trim()} and g.expires_at is null and g.member_id is null limit 1`;
const held = `select ${effective.trim()} and g.user_id = $1 limit 1`;
/** Serialises the changes that could each take one of the last two super admins. */
const lock = 'select pg_advisory_xact_lock(750100601007)';

/** Whether the instance has a super admin whose grant counts now. */
export async function hasSuperAdmin(connection: Queryable): Promise<boolean> {
  return (await connection.query(any)).rows.length > 0;
}

/** Whether a User holds a super admin grant, so that taking its account or grant away needs `keepSuperAdmin`. */
export async function isSuperAdmin(connection: Queryable, userId: string): Promise<boolean> {
  return (await connection.query(held, [userId])).rows.length > 0;
}

/**
 * To be called after a change, in its transaction, that took a super admin's grant or account away: refuses, and the
 * change must be rolled back, unless a super admin without end remains who is an active User. Two changes at once see
 * each other: the second waits for the first to commit.
 */
export async function keepSuperAdmin(connection: Queryable): Promise<Refusal<'LAST_SUPER_ADMIN'> | null> {
  await connection.query(lock);
  return (await connection.query(lasting)).rows.length > 0 ? null : refuse('LAST_SUPER_ADMIN');
}
