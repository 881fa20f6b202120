/**
 * The catalog queries behind a snapshot. They look at the schema that unqualified names resolve to, leave out what
 * an extension owns, and leave out NOT NULL constraints: those are rows of pg_constraint from PostgreSQL 18 on
 * only, and the column says it anyway.
 */

const OURS = `n.nspname = current_schema() and not exists (
  select from pg_depend as d where d.objid = o.oid and d.classid = 'CATALOG'::regclass and d.deptype = 'e'
)`;

const TABLES = `select o.oid, o.relname, o.relkind, o.relispartition, o.relpartbound from pg_class as o
  join pg_namespace as n on n.oid = o.relnamespace
  where o.relkind in ('r', 'p') and ${OURS.replace('CATALOG', 'pg_class')}`;

/** Tables that are no partitions, with the key of partitioned ones and whether those have a DEFAULT partition. */
export const TABLES_QUERY = `with t as (${TABLES})
  select t.relname as "table", pg_get_partkeydef(t.oid) as key, p.partdefid <> 0 as "defaultPartition"
  from t left join pg_partitioned_table as p on p.partrelid = t.oid where not t.relispartition`;

/** Columns of those tables. */
export const COLUMNS_QUERY = `with t as (${TABLES})
  select t.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as nullable, pg_get_expr(d.adbin, d.adrelid) as default,
    case when a.attcollation <> y.typcollation then c.collname end as collation
  from t join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  join pg_type as y on y.oid = a.atttypid
  left join pg_attrdef as d on d.adrelid = t.oid and d.adnum = a.attnum
  left join pg_collation as c on c.oid = a.attcollation
  where not t.relispartition`;

/** Their constraints. */
export const CONSTRAINTS_QUERY = `with t as (${TABLES})
  select t.relname as "table", c.conname as name, pg_get_constraintdef(c.oid, true) as definition
  from t join pg_constraint as c on c.conrelid = t.oid
  where not t.relispartition and c.contype in ('c', 'f', 'p', 'u', 'x')`;

/** Their indexes, except those that a constraint owns. */
export const INDEXES_QUERY = `with t as (${TABLES})
  select t.relname as "table", i.relname as name,
    pg_get_indexdef(i.oid) || case when x.indisvalid then '' else ' (invalid)' end as definition
  from t join pg_index as x on x.indrelid = t.oid join pg_class as i on i.oid = x.indexrelid
  where not t.relispartition and not exists (select from pg_constraint as c where c.conindid = i.oid and c.conrelid = t.oid)`;

/** Triggers of tables and of partitions; those that a partition inherits are left to its parent. */
export const TRIGGERS_QUERY = `with t as (${TABLES})
  select t.relname as "table", g.tgname as name, pg_get_triggerdef(g.oid, true) as definition, g.tgenabled as enabled
  from t join pg_trigger as g on g.tgrelid = t.oid where not g.tgisinternal and g.tgparentid = 0`;

/** Partitions and the tables they belong to. */
export const PARTITIONS_QUERY = `with t as (${TABLES})
  select t.relname as name, p.relname as parent, pg_get_expr(t.relpartbound, t.oid) = 'DEFAULT' as "isDefault"
  from t join pg_inherits as h on h.inhrelid = t.oid join pg_class as p on p.oid = h.inhparent
  where t.relispartition order by t.relname`;

/** Functions with their source text. */
export const FUNCTIONS_QUERY = `
  select o.proname || '(' || pg_get_function_identity_arguments(o.oid) || ')' as signature,
    pg_get_function_result(o.oid) as returns, l.lanname as language, o.provolatile as volatility, o.prosrc as source
  from pg_proc as o join pg_namespace as n on n.oid = o.pronamespace join pg_language as l on l.oid = o.prolang
  where o.prokind = 'f' and ${OURS.replace('CATALOG', 'pg_proc')}`;

/** Extensions beside the one that every database has. */
export const EXTENSIONS_QUERY = `select extname as name from pg_extension where extname <> 'plpgsql'`;
