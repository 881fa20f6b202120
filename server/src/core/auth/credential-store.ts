import type { ActiveActor } from '../../contract/ports.ts';
import type { HeldRight } from '../../contract/rights.ts';
import { millisecondsOf, type Queryable } from '../../platform/database/index.ts';
import { usableScopeOf } from '../admin/index.ts';

/** A session that is good at this moment. `storedHash` tells under which secret its token was hashed. */
export type LiveSession = {
  readonly sessionId: string;
  readonly userId: string;
  readonly storedHash: string;
  readonly actor: ActiveActor | null;
  readonly rights: readonly HeldRight[];
  /** Its last use was written down more than a minute ago. */
  readonly touchDue: boolean;
};

/** An API key that is good at this moment. */
export type LiveApiKey = {
  readonly apiKeyId: string;
  readonly createdByUserId: string | null;
  readonly storedHash: string;
  /** The Space that the key belongs to; null for keys of the instance. */
  readonly spaceId: string | null;
  readonly rights: readonly HeldRight[];
  /** Its last use was written down more than a minute ago. */
  readonly touchDue: boolean;
};

const reach = (row: string) => `
  case when ${row}.group_id is not null then json_build_object('level', 'group', 'spaceId', ${row}.space_id,
      'groupId', ${row}.group_id, 'groupPath', rg.path)
    when ${row}.space_id is not null then json_build_object('level', 'space', 'spaceId', ${row}.space_id)
    else json_build_object('level', 'instance') end`;

/** Conditions of a binding `b` to a Member `m` of a Space `sp` that can be acted through now. */
export const usableBinding = `
  b.status = 'active' and b.deleted_at is null and (b.expires_at is null or b.expires_at > now())
  and m.status = 'active' and m.deleted_at is null and sp.status = 'active' and sp.deleted_at is null`;

/** The binding that a session `s` acts through, if it can still be acted through; never silently another one. */
export const usableActor = `
  select json_build_object('user_id', b.user_id, 'member_id', b.member_id, 'user_member_id', b.id,
    'space_id', b.space_id)
  from user_members b
  join members m on m.space_id = b.space_id and m.id = b.member_id
  join spaces sp on sp.id = b.space_id
  where b.id = s.active_user_member_id and b.user_id = s.user_id and ${usableBinding}`;

const touchDue = (row: string) =>
  `(${row}.last_used_at is null or ${row}.last_used_at <= now() - interval '1 minute') as "touchDue"`;

// JSON has no instants: the end of a right, in milliseconds since the epoch.
const end = (row: string) => millisecondsOf(`${row}.expires_at`);

const session = `
select s.id as "sessionId", s.user_id as "userId", s.access_token_hash as "storedHash", actor.value as actor,
  ${touchDue('s')},
  (select coalesce(json_agg(json_build_object('permissionKey', g.permission_key,
      'superAdmin', g.level = 'instance_super_admin', 'reach', ${reach('g')}, 'expiresAt', ${end('g')},
      'memberId', g.member_id) order by g.id), '[]')
    from admin_grants g ${usableScopeOf('g')}
      and g.user_id = s.user_id and g.status = 'active' and g.deleted_at is null
      and (g.expires_at is null or g.expires_at > now())
      and (g.member_id is null or g.member_id = actor.value ->> 'member_id')) as rights
from sessions s
join users u on u.id = s.user_id and u.status = 'active' and u.deleted_at is null
left join lateral (${usableActor}) as actor (value) on true
where s.access_token_hash = any($1) and s.revoked_at is null and s.expires_at > now()`;

const apiKey = `
select k.id as "apiKeyId", k.created_by_user_id as "createdByUserId", k.key_hash as "storedHash",
  k.space_id as "spaceId", ${touchDue('k')},
  (select coalesce(json_agg(json_build_object('permissionKey', p.key, 'superAdmin', false,
      'reach', ${reach('k')}, 'expiresAt', ${end('k')}, 'memberId', null) order by p.key), '[]')
    from unnest(k.permission_keys) as p (key) ${usableScopeOf('k')}) as rights
from api_keys k
where k.id = $1
  and (k.key_hash = any($2) or (k.previous_key_hash = any($2) and k.previous_key_expires_at > now()))
  and k.status = 'active' and k.deleted_at is null and (k.expires_at is null or k.expires_at > now())`;

// The rows are locked one after the other in the order in which they stand here, the User first: whoever takes a session
// or a grant away has locked its User or its scope before.
const holdSession = `
select null as member_id from (select from users where id = $1 for share) as held_user
union all
select null from (select from sessions where id = $2 for share) as held_session
union all
select member_id from (
  select member_id from admin_grants where user_id = $1 and status = 'active' and deleted_at is null
  order by id for share) as held_grants`;
// What a right for one Member alone rests on beside the grant.
const holdActor = `
select from user_members where id = (select active_user_member_id from sessions where id = $1) for share`;
const holdApiKey = 'select from api_keys where id = $1 for share';

/** The session of an access token with one of these hashes; null when there is none or it is not good any more. */
export function findSession(connection: Queryable, hashes: readonly string[]): Promise<LiveSession | null> {
  return first<LiveSession>(connection, session, [hashes]);
}

/** The API key with this id and one of these hashes; null when there is none or it is not good any more. */
export function findApiKey(
  connection: Queryable,
  id: string,
  hashes: readonly string[],
): Promise<LiveApiKey | null> {
  return first<LiveApiKey>(connection, apiKey, [id, hashes]);
}

/**
 * Keeps a session, its User and its grants as they are until the transaction ends; what is taking one of them away is
 * waited for. To be followed by reading them.
 */
export async function keepSessionAsItIs(
  connection: Queryable,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<void> {
  const { rows } = await connection.query(holdSession, [userId, sessionId]);
  if (rows.some((row) => row['member_id'] !== null)) await connection.query(holdActor, [sessionId]);
}

/** The same for an API key. */
export async function keepApiKeyAsItIs(connection: Queryable, id: string): Promise<void> {
  await connection.query(holdApiKey, [id]);
}

type Found = { readonly rights: readonly (Omit<HeldRight, 'expiresAt'> & { expiresAt: number | null })[] };

async function first<Row extends { readonly rights: readonly HeldRight[] }>(
  connection: Queryable,
  text: string,
  values: readonly unknown[],
): Promise<Row | null> {
  const { rows } = await connection.query(text, values);
  const row = rows[0] as Found | undefined;
  if (row === undefined) return null;
  const rights = row.rights.map((right) => ({
    ...right,
    expiresAt: right.expiresAt === null ? null : new Date(right.expiresAt),
  }));
  return { ...row, rights } as unknown as Row;
}
