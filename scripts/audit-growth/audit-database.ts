import pg from 'pg';
import { createTestDatabase } from '../../server/test/harness/database.ts';

/** How the batches of one side were written. */
export type Batch = { readonly microseconds: number; readonly walBytes: number; readonly rows: number };

/** A database whose audit log is written to. */
export type AuditDatabase = {
  /** Adds so many rows of this month, as they come in over its days. */
  fill(rows: number): Promise<void>;
  /** Appends rows of now in one statement that is durable when it returns. */
  append(rows: number): Promise<Batch>;
  /** Bytes of the month's table, its indexes by name, and all of it. */
  sizes(): Promise<Readonly<Record<string, number>>>;
  dropIndex(name: string): Promise<void>;
  checkpoint(): Promise<void>;
  close(): Promise<void>;
};

/** A trace of the size that a check with one grant has. */
const TRACE = JSON.stringify({ trace_version: '1.0', steps: 'x'.repeat(900) });

/**
 * Rows of which each stands for a check: ids and instants rise, five thousand Users in five hundred Spaces come in
 * random order, a million resources too, a tenth is denied, and request ids rise like those that the server makes.
 */
const ROWS = `
select 'audit_' || lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
    || 'a' || substr(md5(random()::text), 1, 15) as id,
  'space_' || who % 500 as space_id, 'user_' || who as actor_user_id, 'member_' || who as actor_member_id,
  'binding_' || who as actor_user_member_id, 'key_' || who % 20 as actor_api_key_id,
  'document.read' as action, 'document' as resource_type, 'document_' || (random() * 1e6)::int as resource_id,
  case when denied then 'deny' else 'allow' end as decision,
  case when denied then 'SCOPE_OUT_OF_BOUNDS' end as deny_code, $1::json as trace,
  'req_' || lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || substr(md5(random()::text), 1, 12) as request_id, '192.0.2.1' as ip_address, 'bench' as user_agent,
  date_trunc('milliseconds', at) as created_at
from (select at, (random() * 4999)::int as who, random() < 0.1 as denied
  from (select $2::timestamptz + n * ($3::timestamptz - $2::timestamptz) / $4::int as at
    from generate_series(0, $4::int - 1) as n) as instants) as rows`;

const FILL_STEP = 100_000;

/** Makes one, empty. */
export async function auditDatabase(): Promise<AuditDatabase> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("set timezone = 'UTC'");
  const lsn = async () => {
    const { rows } = await client.query<{ at: string }>(
      "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as at",
    );
    return Number(rows[0]?.at);
  };
  const insertBetween = async (from: Date, to: Date, rows: number) => {
    await client.query(`insert into audit_logs ${ROWS}`, [TRACE, from, to, rows]);
  };
  return {
    async fill(rows) {
      const now = new Date();
      const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
      const at = (done: number) => new Date(start + ((now.getTime() - start) * done) / rows);
      for (let done = 0; done < rows; done += FILL_STEP) {
        const step = Math.min(FILL_STEP, rows - done);
        await insertBetween(at(done), at(done + step), step);
      }
      await client.query('analyze audit_logs');
    },
    async append(rows) {
      await client.query('drop table if exists batch');
      await client.query('create temporary table batch (like audit_logs)');
      const now = new Date();
      await client.query(`insert into batch ${ROWS}`, [TRACE, now, new Date(now.getTime() + 1), rows]);
      const before = await lsn();
      const start = process.hrtime.bigint();
      await client.query('insert into audit_logs select * from batch');
      const microseconds = Number(process.hrtime.bigint() - start) / 1e3;
      return { microseconds, walBytes: (await lsn()) - before, rows };
    },
    async sizes() {
      const { rows } = await client.query<{ name: string; bytes: string }>(
        `select case when i.inhparent is null then 'table' else i.inhparent::regclass::text end as name,
           pg_total_relation_size(c.oid) as bytes
         from pg_class c left join pg_inherits i on i.inhrelid = c.oid and c.relkind = 'i'
         where c.relname like 'audit_logs_' || to_char(now() at time zone 'UTC', 'YYYY_MM') || '%'
           and c.relkind in ('r', 'i') order by c.relkind desc, 1`,
      );
      return Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes)]));
    },
    async dropIndex(name) {
      await client.query(`drop index ${client.escapeIdentifier(name)}`);
    },
    async checkpoint() {
      await client.query('checkpoint');
    },
    async close() {
      await client.end();
      await database.drop();
    },
  };
}
