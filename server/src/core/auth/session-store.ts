import type { ActiveActor } from '../../contract/ports.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { usableActor } from './credential-store.ts';

/** A session as its User sees it. */
export type SessionRow = {
  readonly id: string;
  readonly actor: ActiveActor | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date;
  readonly refresh_expires_at: Date;
  readonly revoked_at: Date | null;
};

/** A session that may be refreshed, its row locked. */
export type RefreshableSession = {
  readonly id: string;
  readonly user_id: string;
  readonly refresh_token_hash: string;
  readonly generation: number;
  readonly sealed_pair: Buffer | null;
  readonly expires_at: Date;
  readonly refresh_expires_at: Date;
};

const byAccessToken = 'select id from sessions where access_token_hash = any($1)';
const byRefreshToken = `
select id from sessions where refresh_token_hash = any($1)
union all select session_id from session_refresh_tokens where token_hash = any($1) limit 1`;
const refreshable = `
select s.id, s.user_id, s.refresh_token_hash, s.generation, s.sealed_pair, s.expires_at, s.refresh_expires_at
from sessions s join users u on u.id = s.user_id
where s.id = $1 and s.revoked_at is null and s.refresh_expires_at > clock_timestamp()
  and u.status = 'active' and u.deleted_at is null
for no key update of s`;
const session = `
select s.id, actor.value as actor, s.ip, s.user_agent, s.created_at, s.last_used_at, s.expires_at,
  s.refresh_expires_at, s.revoked_at
from sessions s left join lateral (${usableActor}) as actor (value) on true`;
const own = `${session} where s.user_id = $1 and s.id = $2`;
const living = `${session}
where s.user_id = $1 and s.revoked_at is null and s.refresh_expires_at > now()
  and ($2::timestamptz is null or (s.created_at, s.id) < ($2::timestamptz, $3))
order by s.created_at desc, s.id desc limit $4`;
const act = `
update sessions set active_space_id = $2, active_member_id = $3, active_user_member_id = $4,
  version = version + 1, updated_at = date_trunc('milliseconds', now())
where id = $1`;
const revoke = `
update sessions set revoked_at = date_trunc('milliseconds', now()), revoked_reason = $2, sealed_pair = null,
  version = version + 1, updated_at = date_trunc('milliseconds', now())
where id = $1 and revoked_at is null
returning user_id`;
const revokeAll = `
update sessions set revoked_at = date_trunc('milliseconds', now()), revoked_reason = $2, sealed_pair = null,
  version = version + 1, updated_at = date_trunc('milliseconds', now())
where user_id = $1 and revoked_at is null and refresh_expires_at > now() and id is distinct from $3
returning id`;

/** The id of the session whose present access token has one of these hashes, ended or not; null when unknown. */
export async function findSessionByAccessToken(
  connection: Queryable,
  hashes: readonly string[],
): Promise<string | null> {
  const { rows } = await connection.query(byAccessToken, [hashes]);
  return (rows[0]?.['id'] as string | undefined) ?? null;
}

/** The id of the session that a refresh token of any generation belongs to, ended or not; null when unknown. */
export async function findSessionByRefreshToken(
  connection: Queryable,
  hashes: readonly string[],
): Promise<string | null> {
  const { rows } = await connection.query(byRefreshToken, [hashes]);
  return (rows[0]?.['id'] as string | undefined) ?? null;
}

/** Locks a session that may still be refreshed and gives its latest state; null when it has ended. */
export async function lockRefreshable(connection: Queryable, id: string): Promise<RefreshableSession | null> {
  const { rows } = await connection.query(refreshable, [id]);
  return (rows[0] as RefreshableSession | undefined) ?? null;
}

/** A session of the User, ended or not; null when there is none. */
export async function findOwnSession(
  connection: Queryable,
  userId: string,
  id: string,
): Promise<SessionRow | null> {
  const { rows } = await connection.query(own, [userId, id]);
  return (rows[0] as SessionRow | undefined) ?? null;
}

/** The living sessions of a User, the latest first, at most `limit`, after the given one. */
export async function livingSessions(
  connection: Queryable,
  userId: string,
  page: { readonly limit: number; readonly after: readonly (string | number)[] | null },
): Promise<SessionRow[]> {
  const [createdAt = null, id = null] = page.after ?? [];
  const { rows } = await connection.query(living, [userId, createdAt, id, page.limit]);
  return rows as SessionRow[];
}

/** Ends a session. Gives the id of its User, or null when it had ended before or is unknown. */
export async function revokeSession(
  connection: Queryable,
  id: string,
  reason: string,
): Promise<string | null> {
  const { rows } = await connection.query(revoke, [id, reason]);
  return (rows[0]?.['user_id'] as string | undefined) ?? null;
}

/** Ends all living sessions of a User but one (none is spared with null). Gives how many they were. */
export async function revokeSessionsOf(
  connection: Queryable,
  userId: string,
  reason: string,
  spared: string | null,
): Promise<number> {
  const { rows } = await connection.query(revokeAll, [userId, reason, spared]);
  return rows.length;
}

/** Makes a session act through a binding of its User. */
export async function actThrough(connection: Queryable, id: string, actor: ActiveActor): Promise<void> {
  await connection.query(act, [id, actor.space_id, actor.member_id, actor.user_member_id]);
}
