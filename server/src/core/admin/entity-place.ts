import type { Place } from '../../contract/reach.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { instantOfAuditId } from '../../platform/ids/index.ts';

/** Where one stored object stands; `spaceId` is null for what belongs to the instance. */
type Located = { readonly spaceId: string | null; readonly groupPath: string | null };

/**
 * Per table of the contract's `entity(table, parameter)`: how its Space and Group are found, and the code for an
 * unknown id. One statement each, by primary key.
 */
const tables = {
  groups: {
    notFound: 'GROUP_NOT_FOUND',
    sql: 'select space_id, path as group_path from groups where id = $1 and deleted_at is null',
  },
  members: {
    notFound: 'MEMBER_NOT_FOUND',
    sql: 'select space_id, null as group_path from members where id = $1 and deleted_at is null',
  },
  user_members: {
    notFound: 'USER_MEMBER_NOT_FOUND',
    sql: 'select space_id, null as group_path from user_members where id = $1 and deleted_at is null',
  },
  roles: {
    notFound: 'ROLE_NOT_FOUND',
    sql: 'select space_id, null as group_path from roles where id = $1 and deleted_at is null',
  },
  resources: {
    notFound: 'RESOURCE_NOT_FOUND',
    sql: `select r.space_id, g.path as group_path from resources r
          left join groups g on g.space_id = r.space_id and g.id = r.group_id where r.id = $1`,
  },
  audit_logs: {
    notFound: 'AUDIT_LOG_NOT_FOUND',
    // The id tells the millisecond that the row carries, and so its partition.
    sql: `select space_id, null as group_path from audit_logs where id = $1
          and created_at = timestamptz 'epoch' + (('x' || substr($1, 7, 12))::bit(48)::bigint) * interval '1 ms'`,
  },
  admin_grants: {
    notFound: 'ADMIN_GRANT_NOT_FOUND',
    sql: `select a.space_id, g.path as group_path from admin_grants a
          left join groups g on g.space_id = a.space_id and g.id = a.group_id
          where a.id = $1 and a.deleted_at is null`,
  },
  api_keys: {
    notFound: 'API_KEY_NOT_FOUND',
    sql: `select k.space_id, g.path as group_path from api_keys k
          left join groups g on g.space_id = k.space_id and g.id = k.group_id
          where k.id = $1 and k.deleted_at is null`,
  },
} as const;

/** A table whose rows an operation can name. */
export type EntityTable = keyof typeof tables;

/** Whether the contract's table is one of them. */
export function isEntityTable(table: string): table is EntityTable {
  return Object.hasOwn(tables, table);
}

/** The code for an id of the table that is unknown or out of reach. */
export function notFoundCode(table: EntityTable): string {
  return tables[table].notFound;
}

/** The place of an object by its id; null when there is none. */
export async function placeOf(
  connection: Queryable,
  table: EntityTable,
  id: string,
): Promise<{ place: Place; spaceId: string | null } | null> {
  if (table === 'audit_logs' && instantOfAuditId(id) === null) return null;
  const { rows } = await connection.query(tables[table].sql, [id]);
  const located = rows[0] as { space_id: string | null; group_path: string | null } | undefined;
  return located === undefined ? null : asPlace({ spaceId: located.space_id, groupPath: located.group_path });
}

function asPlace({ spaceId, groupPath }: Located): { place: Place; spaceId: string | null } {
  if (spaceId === null) return { place: { kind: 'instance' }, spaceId };
  if (groupPath === null) return { place: { kind: 'space', spaceId }, spaceId };
  return { place: { kind: 'group', spaceId, groupPath }, spaceId };
}
