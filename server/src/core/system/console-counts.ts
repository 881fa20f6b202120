import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';

type Counts = components['schemas']['ConsoleCounts'];

/** Rows of the audit log that are counted one by one; where there are more, the database's estimate is told. */
const MAX_COUNTED = 100_000;

const counts = `
select
  (select count(*) from spaces where deleted_at is null) as spaces,
  (select count(*) from users where deleted_at is null) as users,
  (select count(*) from members where deleted_at is null) as members,
  (select count(*) from user_members where deleted_at is null) as user_member_bindings,
  (select count(*) from groups where deleted_at is null) as groups,
  (select count(*) from roles where deleted_at is null) as roles,
  (select count(*) from permissions where deleted_at is null) as permissions,
  (select count(*) from resource_types) as resource_types,
  (select count(*) from resources where deleted_at is null) as resources,
  (select count(*) from (select from audit_logs limit $1) as counted) as counted_rows,
  (select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint
    from pg_partition_tree('audit_logs') p join pg_class c on c.oid = p.relid where p.isleaf) as estimated_rows`;

/**
 * Counts what an instance has. Of the audit log, which only grows, at most `maxCounted` rows are counted; above that
 * the statistics of its partitions tell.
 */
export async function countAll(connection: Queryable, maxCounted = MAX_COUNTED): Promise<Counts> {
  const [row = {}] = (await connection.query(counts, [maxCounted + 1])).rows;
  const count = (name: string) => Number(row[name]);
  const counted = count('counted_rows');
  return {
    spaces: count('spaces'),
    users: count('users'),
    members: count('members'),
    user_member_bindings: count('user_member_bindings'),
    groups: count('groups'),
    roles: count('roles'),
    permissions: count('permissions'),
    resource_types: count('resource_types'),
    resources: count('resources'),
    audit_logs: counted <= maxCounted ? counted : Math.max(counted, count('estimated_rows')),
  };
}
