import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';

type DataTable = components['schemas']['DataTable'];
type StoredTable = Omit<DataTable, 'created_at' | 'updated_at'> & {
  readonly created_at: Date | null;
  readonly updated_at: Date | null;
};

// A type without a mapping has the default one: rows of `resources` under the names of its columns.
const served = `(m.id is null
  or (m.status = 'active' and m.storage_kind = 'internal_table' and m.table_name = 'resources'))`;
const ofDefault = (column: string, value: string) =>
  `case when m.id is null then '${value}' else m.${column} end as ${column}`;

const page = `
select m.id, t.id as resource_type_id, t.key as resource_type, t.display_name, t.source,
  ${ofDefault('storage_kind', 'internal_table')}, ${ofDefault('table_name', 'resources')},
  ${ofDefault('id_field', 'id')}, ${ofDefault('space_field', 'space_id')},
  ${ofDefault('group_field', 'group_id')}, ${ofDefault('owner_member_field', 'owner_member_id')},
  ${ofDefault('visibility_field', 'visibility')}, ${ofDefault('metadata_field', 'metadata')},
  coalesce(m.status, 'active') as status, coalesce(m.metadata, '{}') as metadata, m.created_at, m.updated_at
from resource_types t left join resource_mappings m on m.resource_type_id = t.id
where t.status = 'active' and ${served} and t.key > $1
order by t.key limit $2`;

const one = `
select ${served} as served from resource_types t left join resource_mappings m on m.resource_type_id = t.id
where t.key = $1`;

/** The active types whose rows are served, in the order of their keys, starting after `after`. */
export async function readTables(connection: Queryable, after: string, limit: number): Promise<DataTable[]> {
  const { rows } = await connection.query(page, [after, limit]);
  return (rows as StoredTable[]).map((row) => ({
    ...row,
    created_at: row.created_at?.toISOString() ?? null,
    updated_at: row.updated_at?.toISOString() ?? null,
  }));
}

/** Whether the rows of a type are served; null when there is no such type. */
export async function isServed(connection: Queryable, resourceType: string): Promise<boolean | null> {
  const [row] = (await connection.query(one, [resourceType])).rows;
  return row === undefined ? null : row['served'] === true;
}
