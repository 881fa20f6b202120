import pg from 'pg';

/**
 * Sets the clock that a database tells: so many seconds apart from the true one. `now()` and `clock_timestamp()` of
 * statements are moved, defaults of columns and what functions of the schema do are not. The first call counts for
 * connections that are made after it, further ones for those, too.
 */
export async function moveClock(databaseUrl: string, seconds: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const name = client.escapeIdentifier(new URL(databaseUrl).pathname.slice(1));
    await client.query(`
      create schema if not exists other_clock;
      create table if not exists other_clock.ahead (by interval not null);
      delete from other_clock.ahead;
      insert into other_clock.ahead values (make_interval(secs => ${Number(seconds)}));
      create or replace function other_clock.now() returns timestamptz stable language sql
        return pg_catalog.now() + (select by from other_clock.ahead);
      create or replace function other_clock.clock_timestamp() returns timestamptz volatile language sql
        return pg_catalog.clock_timestamp() + (select by from other_clock.ahead);
      alter database ${name} set search_path = other_clock, pg_catalog, public`);
  } finally {
    await client.end();
  }
}
