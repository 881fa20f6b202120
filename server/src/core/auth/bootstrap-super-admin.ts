import { registerBody } from '../../contract/generated/core/validators/auth.js';
import type { RequestFacts } from '../../contract/handlers.ts';
import { isRefusal, type Refusal, refuse } from '../../contract/refusal.ts';
import type { Violation } from '../../contract/violation.ts';
import { collidedConstraint, type Database, type Queryable } from '../../platform/database/index.ts';
import { isId } from '../../platform/ids/index.ts';
import { hasSuperAdmin } from '../admin/index.ts';
import { type Mutation, recordedTransaction } from '../kernel/index.ts';
import { type Account, lockActiveAccount, normalEmail, userOnWire } from './accounts.ts';
import { refusedPassword } from './new-password.ts';
import { holdRegistrationLock } from './registration-lock.ts';
import { insertSuperGrant, insertUser } from './registration-store.ts';
import type { AuthSettings } from './services.ts';

/** Who is to become the first super admin, and as what. */
export type FirstSuperAdmin = {
  /** An existing User, or one that is made for it. */
  readonly user:
    | { readonly id: string }
    | { readonly email: string; readonly password: string; readonly passwordHash: string };
  /** The Member whom the audit log names beside the User; null for none. The grant holds for the User as a whole. */
  readonly memberId: string | null;
  /** Id of the grant; null for one that follows from the User's. */
  readonly grantId: string | null;
};

/** What was made. */
export type MadeSuperAdmin = {
  readonly user: Account;
  readonly userCreated: boolean;
  readonly grant: { readonly id: string } & Readonly<Record<string, unknown>>;
};

type Refused = Refusal<
  | 'ALREADY_BOOTSTRAPPED'
  | 'USER_NOT_FOUND'
  | 'MEMBER_NOT_FOUND'
  | 'USER_CREATE_FAILED'
  | 'ADMIN_GRANT_CREATE_FAILED'
>;

const binding = `
select id from user_members where user_id = $1 and member_id = $2 and status = 'active' and deleted_at is null
  and (expires_at is null or expires_at > now())
order by is_primary desc, id limit 1`;
const current = `
select g.id, g.user_id, g.member_id, g.level, g.space_id, g.group_id, g.permission_key, g.status, g.expires_at, g.metadata
from admin_grants g join users u on u.id = g.user_id and u.status = 'active' and u.deleted_at is null
where g.level = 'instance_super_admin' and g.status = 'active' and g.deleted_at is null
  and (g.expires_at is null or g.expires_at > now())
order by g.created_at, g.id limit 1`;

/** What is wrong with the address and the password of a new User, each as a sentence; nothing when they will do. */
export function firstAccountProblems(
  email: string,
  password: string,
  settings: Pick<AuthSettings, 'password'>,
): readonly string[] {
  const broken = registerBody({ email, password }) ? [] : (registerBody.errors ?? []);
  const refused = refusedPassword(password, '/password', normalEmail(email), settings);
  const violations = (refused?.details ?? []) as readonly Violation[];
  return [
    ...(broken.some(({ instancePath }) => instancePath === '/email') ? ['This is no email address.'] : []),
    ...(broken.some(({ instancePath }) => instancePath === '/password') && violations.length === 0
      ? ['This is too long for a password.']
      : []),
    ...violations.map(({ message }) => message),
  ];
}

/** The oldest grant of a super admin that counts now; null when the instance has none. */
export async function currentSuperGrant(connection: Queryable): Promise<MadeSuperAdmin['grant'] | null> {
  return ((await connection.query(current)).rows[0] as MadeSuperAdmin['grant'] | undefined) ?? null;
}

/**
 * Makes the first super admin, under the lock that registrations hold and in one transaction with its audit rows.
 * Refuses with `ALREADY_BOOTSTRAPPED` when there is one whose grant counts now.
 */
export function bootstrapSuperAdmin(
  database: Database,
  facts: RequestFacts,
  asked: FirstSuperAdmin,
): Promise<MadeSuperAdmin | Refused> {
  return recordedTransaction(
    database,
    facts,
    [],
    async (mutation): Promise<MadeSuperAdmin | Refused> => {
      await holdRegistrationLock(mutation);
      await mutation.query('select plystra_lock_scopes($1)', [['*']]);
      if (await hasSuperAdmin(mutation)) return refuse('ALREADY_BOOTSTRAPPED');
      return make(mutation, asked);
    },
    (made) => !isRefusal(made),
  );
}

async function make(mutation: Mutation, asked: FirstSuperAdmin): Promise<MadeSuperAdmin | Refused> {
  const user = await userOf(mutation, asked.user);
  if (isRefusal(user)) return user;
  const bindingId = asked.memberId === null ? null : await bindingOf(mutation, user.id, asked.memberId);
  if (isRefusal(bindingId)) return bindingId;
  const actor = { userId: user.id, memberId: asked.memberId, userMemberId: bindingId };
  const common = { spaceId: null, before: null, actor };
  const userCreated = 'email' in asked.user;
  if (userCreated) {
    const after = userOnWire(user);
    await mutation.record({
      ...common,
      action: 'user.created',
      resourceType: 'user',
      resourceId: user.id,
      after,
    });
  }
  const grant = await grantOf(mutation, user.id, asked.grantId);
  if (isRefusal(grant)) return grant;
  await mutation.record({
    ...common,
    action: 'admin_grant.created',
    resourceType: 'admin_grant',
    resourceId: grant.id,
    after: grant,
  });
  return { user, userCreated, grant };
}

async function userOf(mutation: Mutation, user: FirstSuperAdmin['user']) {
  if ('id' in user) return (await lockActiveAccount(mutation, user.id)) ?? refuse('USER_NOT_FOUND');
  const { email, password, passwordHash } = user;
  return insertUser(mutation, { email: normalEmail(email), password }, passwordHash);
}

async function bindingOf(mutation: Mutation, userId: string, memberId: string) {
  const { rows } = await mutation.query(binding, [userId, memberId]);
  return rows[0] === undefined ? refuse('MEMBER_NOT_FOUND') : (rows[0]['id'] as string);
}

async function grantOf(mutation: Mutation, userId: string, grantId: string | null) {
  try {
    return await insertSuperGrant(mutation, userId, grantId ?? (await defaultGrantId(mutation, userId)));
  } catch (error) {
    if (collidedConstraint(error) === null) throw error;
    return refuse('ADMIN_GRANT_CREATE_FAILED');
  }
}

/** Follows from the User, unless that is too long for an id, or the id of a grant that was revoked since. */
async function defaultGrantId(connection: Queryable, userId: string): Promise<string | undefined> {
  const id = `ag_${userId}_instance_super_admin`;
  if (!isId(id)) return undefined;
  const { rows } = await connection.query('select from admin_grants where id = $1', [id]);
  return rows.length === 0 ? id : undefined;
}
