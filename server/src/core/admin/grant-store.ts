import type { components } from '../../contract/generated/core/types.ts';
import type { PageKeys, PageRequest } from '../../contract/handlers.ts';
import type { Place, Reach } from '../../contract/reach.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { usableScopeOf } from './usable-scope.ts';
import { reachParameters, withinReaches } from './within-reaches.ts';

type Wire = components['schemas']['AdminGrant'];
type Instants = 'expires_at' | 'revoked_at' | 'created_at' | 'updated_at';

/** A row of `admin_grants`, with the path of its Group. */
export type GrantRow = Omit<Wire, Instants> & {
  readonly [Name in Instants]: null extends Wire[Name] ? Date | null : Date;
} & { readonly version: number; readonly group_path: string | null };

/** Filters of the list; all that are given have to hold. */
export type GrantFilters = {
  readonly user_id?: string;
  readonly level?: string;
  readonly space_id?: string;
  readonly group_id?: string;
  readonly status?: string;
};

const columns = (group: string) => `a.id, a.user_id, a.member_id, a.level, a.space_id, a.group_id,
  a.permission_key, a.status, a.granted_by_user_id, a.granted_by_member_id, a.expires_at, a.revoked_at,
  a.revoked_reason, a.metadata, a.created_at, a.updated_at, a.version, ${group}.path as group_path`;
const from = 'from admin_grants a left join groups g on g.space_id = a.space_id and g.id = a.group_id';
const byId = `select ${columns('g')} ${from} where a.id = $1 and a.deleted_at is null`;
const lockById = `${byId} for no key update of a`;
const page = `
select ${columns('g')} ${from}
where a.deleted_at is null and ${withinReaches('a', 'g')}
  and ($5::text is null or a.user_id = $5) and ($6::text is null or a.level = $6)
  and ($7::text is null or a.space_id = $7) and ($8::text is null or a.group_id = $8)
  and ($9::text is null or a.status = $9)
  and ($10::timestamptz is null or (a.created_at, a.id) < ($10::timestamptz, $11))
order by a.created_at desc, a.id desc limit $12`;
const counting = `
select ${columns('rg')} from admin_grants a ${usableScopeOf('a')}
  and a.user_id = $1 and a.status = 'active' and a.deleted_at is null
  and (a.expires_at is null or a.expires_at > now()) and (a.member_id is null or a.member_id = $2)
order by a.created_at desc, a.id desc limit 1000`;
const toCome = `
select ${columns('g')} ${from}
where a.user_id = $1 and a.status = 'active' and a.deleted_at is null
  and (a.expires_at is null or a.expires_at > now())
order by a.id`;

/** A grant by its id; null when there is none. */
export async function findGrant(connection: Queryable, id: string): Promise<GrantRow | null> {
  return ((await connection.query(byId, [id])).rows[0] as GrantRow | undefined) ?? null;
}

/** The same with the row locked until the transaction ends. */
export async function lockGrant(connection: Queryable, id: string): Promise<GrantRow | null> {
  return ((await connection.query(lockById, [id])).rows[0] as GrantRow | undefined) ?? null;
}

/** The grants of an active User that count now, acting through the Member (null for none). */
export async function countingGrants(
  connection: Queryable,
  userId: string,
  memberId: string | null,
): Promise<GrantRow[]> {
  return (await connection.query(counting, [userId, memberId])).rows as GrantRow[];
}

/** The grants that a User has or would have again, whatever is disabled at present: the User, a Space, a Group. */
export async function grantsToCome(connection: Queryable, userId: string): Promise<GrantRow[]> {
  return (await connection.query(toCome, [userId])).rows as GrantRow[];
}

/** One page of the grants within the reaches, newest first.The statement is to be planned for its filters: not prepared. */
export async function grantPage(
  connection: Queryable,
  reaches: readonly Reach[],
  filters: GrantFilters,
  { limit, after }: PageRequest,
): Promise<{ rows: GrantRow[]; next: PageKeys | null }> {
  const [createdAt = null, id = null] = after ?? [];
  const { user_id: userId, level, space_id: spaceId, group_id: groupId, status } = filters;
  const asked = [userId, level, spaceId, groupId, status].map((value) => value ?? null);
  const values = [...reachParameters(reaches), ...asked, createdAt, id, limit + 1];
  const found = (await connection.query(page, values)).rows as GrantRow[];
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last ? [last.created_at.toISOString(), last.id] : null };
}

/** Where a stored grant holds. */
export function placeOfGrant({ space_id: spaceId, group_path: groupPath }: GrantRow): Place {
  if (spaceId === null) return { kind: 'instance' };
  return groupPath === null ? { kind: 'space', spaceId } : { kind: 'group', spaceId, groupPath };
}

/** A grant as the contract shows it. */
export function grantOnWire(row: GrantRow): Wire {
  const { version: _version, group_path: _path, ...shown } = row;
  return {
    ...shown,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
