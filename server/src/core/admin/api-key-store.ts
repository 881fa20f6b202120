import type { components } from '../../contract/generated/core/types.ts';
import type { PageKeys, PageRequest } from '../../contract/handlers.ts';
import type { Place, Reach } from '../../contract/reach.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { reachParameters, withinReaches } from './within-reaches.ts';

type Wire = components['schemas']['APIKey'];
type Instants =
  | 'expires_at'
  | 'last_used_at'
  | 'previous_secret_expires_at'
  | 'revoked_at'
  | 'created_at'
  | 'updated_at';

/** A row of `api_keys` without its hashes, with the path of its Group. */
export type ApiKeyRow = Omit<Wire, Instants> & {
  readonly [Name in Instants]: null extends Wire[Name] ? Date | null : Date;
} & { readonly version: number; readonly group_path: string | null };

/** Filters of the list; all that are given have to hold. */
export type ApiKeyFilters = {
  readonly level?: string;
  readonly space_id?: string;
  readonly group_id?: string;
  readonly status?: string;
};

const columns = `k.id, k.name, k.key_prefix, k.level, k.space_id, k.group_id, k.permission_keys, k.status,
  k.expires_at, k.last_used_at, k.created_by_user_id, k.created_by_member_id, k.revoked_at, k.revoked_by_user_id,
  k.revoked_reason, k.metadata, k.created_at, k.updated_at, k.version, g.path as group_path,
  case when k.previous_key_expires_at > now() then k.previous_key_expires_at end as previous_secret_expires_at`;
const from = 'from api_keys k left join groups g on g.space_id = k.space_id and g.id = k.group_id';
const byId = `select ${columns} ${from} where k.id = $1 and k.deleted_at is null`;
const lockById = `${byId} for no key update of k`;
const page = `
select ${columns} ${from}
where k.deleted_at is null and ${withinReaches('k', 'g')}
  and ($5::text is null or k.level = $5) and ($6::text is null or k.space_id = $6)
  and ($7::text is null or k.group_id = $7) and ($8::text is null or k.status = $8)
  and ($9::timestamptz is null or (k.created_at, k.id) < ($9::timestamptz, $10))
order by k.created_at desc, k.id desc limit $11`;

/** An API key by its id; null when there is none. */
export async function findApiKey(connection: Queryable, id: string): Promise<ApiKeyRow | null> {
  return ((await connection.query(byId, [id])).rows[0] as ApiKeyRow | undefined) ?? null;
}

/** The same with the row locked until the transaction ends. */
export async function lockApiKey(connection: Queryable, id: string): Promise<ApiKeyRow | null> {
  return ((await connection.query(lockById, [id])).rows[0] as ApiKeyRow | undefined) ?? null;
}

/** One page of the keys within the reaches, newest first.The statement is to be planned for its filters: not prepared. */
export async function apiKeyPage(
  connection: Queryable,
  reaches: readonly Reach[],
  filters: ApiKeyFilters,
  { limit, after }: PageRequest,
): Promise<{ rows: ApiKeyRow[]; next: PageKeys | null }> {
  const [createdAt = null, id = null] = after ?? [];
  const { level = null, space_id: spaceId = null, group_id: groupId = null, status = null } = filters;
  const values = [level, spaceId, groupId, status, createdAt, id, limit + 1];
  const found = (await connection.query(page, [...reachParameters(reaches), ...values])).rows as ApiKeyRow[];
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last ? [last.created_at.toISOString(), last.id] : null };
}

/** Where a stored key holds. */
export function placeOfKey({ space_id: spaceId, group_path: groupPath }: ApiKeyRow): Place {
  if (spaceId === null) return { kind: 'instance' };
  return groupPath === null ? { kind: 'space', spaceId } : { kind: 'group', spaceId, groupPath };
}

/** An API key as the contract shows it: never with its secret, nor what is kept of it. */
export function apiKeyOnWire(row: ApiKeyRow): Wire {
  const { version: _version, group_path: _path, ...shown } = row;
  return {
    ...shown,
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    previous_secret_expires_at: row.previous_secret_expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
