import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';

/** A User as logins see it. */
export type Account = {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly phone: string | null;
  readonly status: 'active' | 'disabled';
  /** PHC string; null without password. */
  readonly password_hash: string | null;
};

const columns = 'id, email, username, phone, status, password_hash';
const byEmail = `select ${columns} from users where email = $1 and deleted_at is null`;
const byId = `select ${columns} from users where id = $1 and deleted_at is null`;
const lockById = `${byId} and status = 'active' for no key update`;

/** The form in which addresses are kept and compared. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The User with this address in lower case, whatever its status; null when there is none. */
export function findAccountByEmail(connection: Queryable, email: string): Promise<Account | null> {
  return first(connection, byEmail, email);
}

/** The User with this id, whatever its status; null when there is none. */
export function findAccount(connection: Queryable, id: string): Promise<Account | null> {
  return first(connection, byId, id);
}

/**
 * The active User with this id, its row locked until the transaction ends: its password and status stay as read. Null
 * when there is none.
 */
export function lockActiveAccount(connection: Queryable, id: string): Promise<Account | null> {
  return first(connection, lockById, id);
}

/** The User of a session as the contract shows it. */
export function userOnWire(account: Account): components['schemas']['AuthUser'] {
  const { id, email, username, phone, status } = account;
  return { id, email, username, phone, status };
}

async function first(connection: Queryable, text: string, value: string): Promise<Account | null> {
  const { rows } = await connection.query(text, [value]);
  return (rows[0] as Account | undefined) ?? null;
}
