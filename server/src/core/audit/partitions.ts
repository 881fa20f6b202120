import type { Queryable } from '../../platform/database/index.ts';

/** A partition of the audit log. */
export type AuditPartition = {
  readonly name: string;
  /** First instant that belongs to it; null for the DEFAULT partition. */
  readonly from: Date | null;
  /** First instant that no longer belongs to it; null for the DEFAULT partition. */
  readonly to: Date | null;
  /** From the statistics of the database; null while it has none for this partition. */
  readonly rowsEstimate: number | null;
  /** Table, indexes and TOAST. */
  readonly bytes: number;
};

const partitions = `
with bounds as (
  select c.oid, c.relname as name, c.reltuples as rows, c.relpages as pages,
    regexp_match(pg_get_expr(c.relpartbound, c.oid), $$FROM \\('([^']+)'\\) TO \\('([^']+)'\\)$$) as range
  from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'audit_logs'::regclass)
select name, range[1]::timestamptz as first, range[2]::timestamptz as last, pg_total_relation_size(oid) as bytes,
  case
    when pg_relation_size(oid) = 0 then 0
    when rows < 0 or pages = 0 then null
    else round(rows / pages * (pg_relation_size(oid) / current_setting('block_size')::float8))
  end as rows
from bounds order by first nulls last, name`;

// Goes from month to month through the index, so that it costs a look for each month and not one for each row.
const monthsInDefault = `
with recursive found (instant) as (
  select min(created_at) from audit_logs_default
  union all
  select (select min(created_at) from audit_logs_default
    where created_at >= (date_trunc('month', instant at time zone 'UTC') + interval '1 month') at time zone 'UTC')
  from found where instant is not null)
select to_char(instant at time zone 'UTC', 'YYYY-MM') as month from found where instant is not null`;

/** All partitions of the audit log, the oldest first and DEFAULT last. */
export async function auditPartitions(connection: Queryable): Promise<AuditPartition[]> {
  const { rows } = await connection.query(partitions);
  return rows.map((row) => ({
    name: row['name'] as string,
    from: row['first'] as Date | null,
    to: row['last'] as Date | null,
    rowsEstimate: row['rows'] as number | null,
    bytes: Number(row['bytes']),
  }));
}

/** The months, as `2026-03`, of which the DEFAULT partition holds rows. */
export async function defaultMonths(connection: Queryable): Promise<string[]> {
  const { rows } = await connection.query(monthsInDefault);
  return rows.map(({ month }) => month as string);
}

/** A month as `2026-03`, so many months ahead of the present one. */
export type MonthAhead = { readonly month: string; readonly ahead: number };

const missingMonths = `
select to_char(first, 'YYYY-MM') as month, ahead
from generate_series(0, $1) as ahead
  cross join lateral (select (now() at time zone 'UTC') + make_interval(months => ahead) as first) as month
where not exists (select from pg_inherits where inhparent = 'audit_logs'::regclass
  and inhrelid = to_regclass('audit_logs_' || to_char(first, 'YYYY_MM')))
order by ahead`;

/** The months of the present one (UTC, by the clock of the database) and so many ahead that have no partition. */
export async function monthsWithoutPartition(connection: Queryable, ahead: number): Promise<MonthAhead[]> {
  return (await connection.query(missingMonths, [ahead])).rows as MonthAhead[];
}
