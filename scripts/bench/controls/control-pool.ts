import pg from 'pg';

/** Runs one named prepared statement. */
export type Run = (name: string, text: string, values: unknown[]) => Promise<Record<string, unknown>[]>;

const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: 10,
  // Connections, and what is prepared on them, are kept from one window to the next.
  idleTimeoutMillis: 0,
});
pool.on('error', () => undefined);

/** Lends one of ten connections for as long as `work` takes. */
export async function onConnection<T>(work: (run: Run) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(async (name, text, values) => (await client.query({ name, text, values })).rows);
  } finally {
    client.release();
  }
}
