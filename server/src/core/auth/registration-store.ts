import type { components } from '../../contract/generated/core/types.ts';
import { type Refusal, refuseTaken } from '../../contract/refusal.ts';
import { collidedConstraint, type Queryable } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { type Account, normalEmail } from './accounts.ts';

type Body = components['schemas']['RegisterRequest'];
type Row = { readonly id: string } & Readonly<Record<string, unknown>>;

const addUser = `
insert into users (id, email, username, phone, password_hash, password_changed_at, metadata)
values ($1, $2, $3, $4, $5, date_trunc('milliseconds', now()), $6)
returning id, email, username, phone, status, password_hash`;
const spaceColumns = 'id, name, slug, type, status, metadata';
const lockSpace = `select ${spaceColumns}, deleted_at from spaces where id = $1 for no key update`;
const addSpace = `
insert into spaces (id, name, slug, type) values ($1, $2, $3, 'default') returning ${spaceColumns}`;
const restoreSpace = `
update spaces set status = 'active', deleted_at = null, version = version + 1,
  updated_at = date_trunc('milliseconds', now())
where id = $1 returning ${spaceColumns}`;
const addMember = `
insert into members (id, space_id, display_name, member_type) values ($1, $2, $3, 'human')
returning id, space_id, display_name, member_type, status, metadata`;
const addBinding = `
insert into user_members (id, user_id, member_id, space_id, relation_type, is_primary)
values ($1, $2, $3, $4, 'self', true)
returning id, user_id, member_id, space_id, relation_type, is_primary, status, metadata`;
const addSuperGrant = `
insert into admin_grants (id, user_id, level, permission_key) values ($1, $2, 'instance_super_admin', '*')
returning id, user_id, member_id, level, space_id, group_id, permission_key, status, expires_at, metadata`;

/** Adds the User of a registration. */
export async function insertUser(
  connection: Queryable,
  body: Body,
  passwordHash: string,
): Promise<Account | Refusal<'USER_CREATE_FAILED'>> {
  const { email, username = null, phone = null, metadata = {} } = body;
  const values = [newId('user'), normalEmail(email), username, phone, passwordHash, JSON.stringify(metadata)];
  try {
    const { rows } = await connection.query(addUser, values);
    return rows[0] as Account;
  } catch (error) {
    const constraint = collidedConstraint(error);
    if (constraint === null) throw error;
    return refuseTaken('USER_CREATE_FAILED', constraint === 'users_email_key' ? 'email' : null);
  }
}

/** The Space that registrations need, and the audit action of what had to be done for it; null when it was there. */
export type EnsuredSpace = {
  readonly row: Row;
  readonly before: Row | null;
  readonly change: 'space.created' | 'space.restored' | null;
};

/** Makes the Space, or makes it active again where it was disabled or deleted. */
export async function ensureDefaultSpace(
  connection: Queryable,
  id: string,
  { space_name: name = 'Default Space', space_slug: slug = null }: Body,
): Promise<EnsuredSpace | Refusal<'SPACE_CREATE_FAILED'>> {
  const before = (await connection.query(lockSpace, [id])).rows[0] as Row | undefined;
  if (before !== undefined) {
    if (before['status'] === 'active' && before['deleted_at'] === null) {
      return { row: before, before, change: null };
    }
    const { rows } = await connection.query(restoreSpace, [id]);
    return { row: rows[0] as Row, before, change: 'space.restored' };
  }
  try {
    const { rows } = await connection.query(addSpace, [id, name, slug]);
    return { row: rows[0] as Row, before: null, change: 'space.created' };
  } catch (error) {
    const constraint = collidedConstraint(error);
    if (constraint === null) throw error;
    return refuseTaken('SPACE_CREATE_FAILED', constraint === 'spaces_slug_key' ? 'slug' : null);
  }
}

/** Adds a Member and the User's own, primary binding to it. */
export async function insertMember(
  connection: Queryable,
  userId: string,
  spaceId: string,
  displayName: string,
): Promise<{ member: Row; binding: Row }> {
  const members = await connection.query(addMember, [newId('member'), spaceId, displayName]);
  const member = members.rows[0] as Row;
  const bindings = await connection.query(addBinding, [newId('um'), userId, member.id, spaceId]);
  return { member, binding: bindings.rows[0] as Row };
}

/** Adds the grant that makes a User super admin. */
export async function insertSuperGrant(
  connection: Queryable,
  userId: string,
  id = newId('ag'),
): Promise<Row> {
  const { rows } = await connection.query(addSuperGrant, [id, userId]);
  return rows[0] as Row;
}
