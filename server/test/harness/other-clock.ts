import pg from 'pg';

/**
 * Sets the clock that a database tells new connections, so many seconds apart from the true one. `clock_timestamp()`
 * alone is moved: the rows keep their times.
 */
export async function moveClock(databaseUrl: string, seconds: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const name = client.escapeIdentifier(new URL(databaseUrl).pathname.slice(1));
    await client.query(`
      create schema if not exists other_clock;
      create or replace function other_clock.clock_timestamp() returns timestamptz language sql
        return pg_catalog.clock_timestamp() + make_interval(secs => ${Number(seconds)});
      alter database ${name} set search_path = other_clock, pg_catalog, public`);
  } finally {
    await client.end();
  }
}
