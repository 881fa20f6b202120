import pg from 'pg';

/** The database of one measured server. */
export type WorldClone = {
  readonly url: string;
  /** Starts this month's part of the audit log anew, so that every window begins with an empty one. */
  emptyAuditLog(): Promise<void>;
  /** How many rows the audit log holds, and the bytes of one of them. */
  auditRows(): Promise<{ readonly count: number; readonly bytes: number }>;
  close(): Promise<void>;
};

/** Opens a clone with one connection of its own, which is idle while a window runs. */
export async function openClone(url: string): Promise<WorldClone> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return {
    url,
    async emptyAuditLog() {
      // Rows cannot be deleted; a month leaves as a whole.
      await client.query(`
        do $$ begin
          execute format('drop table audit_logs_%s', to_char(now() at time zone 'UTC', 'YYYY_MM'));
          perform plystra_ensure_audit_partition((now() at time zone 'UTC')::date);
        end $$`);
    },
    async auditRows() {
      const { rows } = await client.query<{ count: number; bytes: number | null }>(
        `select count(*)::int as count,
           (select avg(pg_column_size(few.*))::float from (select * from audit_logs limit 1000) as few) as bytes
         from audit_logs`,
      );
      return { count: rows[0]?.count ?? 0, bytes: Math.round(rows[0]?.bytes ?? 0) };
    },
    close: () => client.end(),
  };
}
