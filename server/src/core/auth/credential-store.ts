import type { ActiveActor } from '../../contract/ports.ts';
import type { HeldRight } from '../../contract/rights.ts';
import type { Queryable } from '../../platform/database/index.ts';
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

const session = (where: string) => `
select s.id as "sessionId", s.user_id as "userId", s.access_token_hash as "storedHash", actor.value as actor,
  ${touchDue('s')},
  (select coalesce(json_agg(json_build_object('permissionKey', g.permission_key,
      'superAdmin', g.level = 'instance_super_admin', 'reach', ${reach('g')}) order by g.id), '[]')
    from admin_grants g ${usableScopeOf('g')}
      and g.user_id = s.user_id and g.status = 'active' and g.deleted_at is null
      and (g.expires_at is null or g.expires_at > now())
      and (g.member_id is null or g.member_id = actor.value ->> 'member_id')) as rights
from sessions s
join users u on u.id = s.user_id and u.status = 'active' and u.deleted_at is null
left join lateral (${usableActor}) as actor (value) on true
where ${where} and s.revoked_at is null and s.expires_at > now()`;

const apiKey = (where: string) => `
select k.id as "apiKeyId", k.created_by_user_id as "createdByUserId", k.key_hash as "storedHash",
  k.space_id as "spaceId", ${touchDue('k')},
  (select coalesce(json_agg(json_build_object('permissionKey', p.key, 'superAdmin', false,
      'reach', ${reach('k')}) order by p.key), '[]')
    from unnest(k.permission_keys) as p (key) ${usableScopeOf('k')}) as rights
from api_keys k
where ${where} and k.status = 'active' and k.deleted_at is null and (k.expires_at is null or k.expires_at > now())`;

const sessionByToken = session('s.access_token_hash = any($1)');
const sessionById = session('s.id = $1');
const apiKeyById = apiKey('k.id = $1');
const apiKeyBySecret = apiKey(`k.id = $1
  and (k.key_hash = any($2) or (k.previous_key_hash = any($2) and k.previous_key_expires_at > now()))`);

/** The session of an access token with one of these hashes; null when there is none or it is not good any more. */
export function findSession(connection: Queryable, hashes: readonly string[]): Promise<LiveSession | null> {
  return first<LiveSession>(connection, sessionByToken, [hashes]);
}

/** The session again, by its id. */
export function findSessionById(connection: Queryable, id: string): Promise<LiveSession | null> {
  return first<LiveSession>(connection, sessionById, [id]);
}

/** The API key with this id and one of these hashes; null when there is none or it is not good any more. */
export function findApiKey(
  connection: Queryable,
  id: string,
  hashes: readonly string[],
): Promise<LiveApiKey | null> {
  return first<LiveApiKey>(connection, apiKeyBySecret, [id, hashes]);
}

/** The API key again, by its id. */
export function findApiKeyById(connection: Queryable, id: string): Promise<LiveApiKey | null> {
  return first<LiveApiKey>(connection, apiKeyById, [id]);
}

async function first<Row>(
  connection: Queryable,
  text: string,
  values: readonly unknown[],
): Promise<Row | null> {
  const { rows } = await connection.query(text, values);
  return (rows[0] as Row | undefined) ?? null;
}
