import type { PageKeys, PageRequest } from '../../contract/handlers.ts';
import type { Reach } from '../../contract/reach.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { instantOfAuditId } from '../../platform/ids/index.ts';
import { auditLogColumns, type StoredAuditLog } from './audit-wire.ts';

/** The columns that a list can be filtered by. */
export const auditLogFilters = [
  'space_id',
  'actor_user_id',
  'actor_member_id',
  'actor_user_member_id',
  'actor_api_key_id',
  'resource_type',
  'resource_id',
  'decision',
  'deny_code',
  'request_id',
] as const;

/** What a list of audit rows is asked for. What is undefined selects nothing out. */
export type AuditLogQuery = {
  readonly filters: { readonly [Column in (typeof auditLogFilters)[number]]?: string | undefined };
  /** First and last instant, both included. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Where the caller may read the audit log. A reach for one Group reads none of it. */
  readonly reaches: readonly Reach[];
  readonly page: PageRequest;
};

/** A page of rows, newest first, and the keys of its last one when there are more. */
export type AuditLogPage = { readonly rows: StoredAuditLog[]; readonly next: PageKeys | null };

const columns = auditLogColumns.join(', ');

/** Reads a page of audit rows without their traces, newest first. */
export async function listAuditLogs(connection: Queryable, query: AuditLogQuery): Promise<AuditLogPage> {
  const { conditions, values } = conditionsOf(query);
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const { rows } = await connection.query(
    `select ${columns} from audit_logs ${where}
     order by created_at desc, id desc limit $${values.length + 1}`,
    [...values, query.page.limit + 1],
  );
  const shown = rows.slice(0, query.page.limit) as StoredAuditLog[];
  const last = shown.at(-1);
  const more = rows.length > query.page.limit && last !== undefined;
  return { rows: shown, next: more ? [last.created_at.toISOString(), last.id] : null };
}

/** An audit row with its trace, of the Space when one is named; null when there is none. */
export async function findAuditLog(connection: Queryable, id: string, spaceId: string | null) {
  // The id tells the millisecond that the row carries, and so the partition to look into.
  const instant = instantOfAuditId(id);
  if (instant === null) return null;
  const { rows } = await connection.query(
    `select ${columns}, trace from audit_logs
     where id = $1 and created_at = $2 and ($3::text is null or space_id = $3)`,
    [id, new Date(instant).toISOString(), spaceId],
  );
  return (rows[0] ?? null) as (StoredAuditLog & { readonly trace: { [key: string]: unknown } }) | null;
}

/** Whether there is such a Space. The audit log stands below identity, so it looks for itself. */
export async function spaceExists(connection: Queryable, spaceId: string): Promise<boolean> {
  const found = 'select 1 from spaces where id = $1 and deleted_at is null';
  return (await connection.query(found, [spaceId])).rows.length > 0;
}

function conditionsOf({ filters, from, to, reaches, page }: AuditLogQuery) {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  for (const column of auditLogFilters) {
    if (filters[column] !== undefined) conditions.push(`${column} = ${bind(filters[column])}`);
  }
  if (!reaches.some(({ level }) => level === 'instance')) {
    const spaces = reaches.flatMap((reach) => (reach.level === 'space' ? [reach.spaceId] : []));
    // A row without a Space is equal to none of them.
    conditions.push(`space_id = any(${bind(spaces)}::text[])`);
  }
  if (from !== undefined) conditions.push(`created_at >= ${bind(from.toISOString())}`);
  if (to !== undefined) conditions.push(`created_at <= ${bind(to.toISOString())}`);
  if (page.after !== null) {
    const [instant, id] = page.after;
    const bound = bind(instant);
    // Months are left out by plain bounds on created_at alone; the pair does not do that.
    conditions.push(`created_at <= ${bound}`, `(created_at, id) < (${bound}, ${bind(id)})`);
  }
  return { conditions, values };
}
