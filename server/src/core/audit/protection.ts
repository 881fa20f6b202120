import type { Queryable } from '../../platform/database/index.ts';

/** A table of the audit log that can be changed, and how. */
export type UnprotectedTable = { readonly table: string; readonly lacks: readonly string[] };

/**
 * The bits of pg_trigger.tgtype are those of PostgreSQL's catalog/pg_trigger.h: row 1, before 2, delete 8, update 16,
 * truncate 32. A trigger with a condition or with columns would let some changes pass. Months that were detached are
 * looked at, too: they stay protected.
 */
const unprotected = `
with logs as (
  select c.oid, c.relname from pg_class c
  where c.oid = 'audit_logs'::regclass
    or c.oid in (select inhrelid from pg_inherits where inhparent = 'audit_logs'::regclass)
    or (c.relkind = 'r' and c.relname ~ '^audit_logs_[0-9]{4}_[0-9]{2}$'
      and c.relnamespace = (select relnamespace from pg_class where oid = 'audit_logs'::regclass))),
refusals as (
  select tgrelid, tgtype from pg_trigger
  where tgenabled = 'A' and tgqual is null and tgattr::text = ''
    and tgfoid = to_regprocedure('plystra_refuse_audit_change()'))
select relname as "table", array_remove(array[
    case when not exists (select from refusals where tgrelid = oid and tgtype = 27) then 'UPDATE and DELETE' end,
    case when not exists (select from refusals where tgrelid = oid and tgtype = 34) then 'TRUNCATE' end
  ], null) as lacks
from logs
where not exists (select from refusals where tgrelid = oid and tgtype = 27)
  or not exists (select from refusals where tgrelid = oid and tgtype = 34)
order by relname`;

/** The tables of the audit log that do not refuse every change. */
export async function unprotectedAuditTables(connection: Queryable): Promise<UnprotectedTable[]> {
  return (await connection.query(unprotected)).rows as UnprotectedTable[];
}
