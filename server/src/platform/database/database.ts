import type { EntitySchema } from '@mikro-orm/core';
import { IsolationLevel, MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import pg from 'pg';
import { breakWhenSilent } from './break-when-silent.ts';
import { ReleasingDialect } from './releasing-dialect.ts';

/** Runs one SQL statement with positional parameters (`$1`) on whatever connection is behind it. */
export type Queryable = {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
};

/** A transaction of the unit of work: entities and plain SQL on one connection. */
export type Transaction = Queryable & { readonly em: SqlEntityManager };

/** The database as a process holds it: one pool for requests, and the ORM over that same pool. */
export type Database = {
  readonly pool: pg.Pool;
  /**
   * A connection outside of the pool, for what must not wait for requests; not opened yet. `settings` are parameters of
   * the server's. Whoever takes it listens to its errors and ends it.
   */
  connection(name: string, settings?: Readonly<Record<string, string>>): pg.Client;
  /** A fresh entity manager for reads outside a transaction. */
  entities(): SqlEntityManager;
  /** Runs `work` in one transaction; rolls back when it throws or when `commits` says no to its result. */
  transaction<T>(work: (tx: Transaction) => Promise<T>, commits?: (result: T) => boolean): Promise<T>;
  close(): Promise<void>;
};

/** How to reach the database. */
export type DatabaseOptions = {
  readonly url: string;
  readonly poolSize: number;
  /** Milliseconds after which PostgreSQL ends a statement. */
  readonly statementTimeoutMs: number;
  /** Milliseconds after which a connection is replaced by a fresh one; left out, it is not. */
  readonly connectionLifetimeMs?: number;
  /** Milliseconds to wait for a free connection. */
  readonly acquireTimeoutMs: number;
  readonly entities: readonly EntitySchema[];
  /** Told about connections that break while they are idle. */
  readonly onConnectionError: (error: Error) => void;
};

/** PostgreSQL ends a statement that takes too long, and says so; it has this long, in milliseconds, to be heard. */
const heardWithinMs = 5_000;

/** Opens the database. Nothing is connected before the first statement. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const settings = {
    timezone: 'UTC',
    statement_timeout: String(options.statementTimeoutMs),
    idle_in_transaction_session_timeout: '60000',
  };
  const connecting = {
    connectionString: options.url,
    connectionTimeoutMillis: options.acquireTimeoutMs,
  };
  const silenceMs = options.statementTimeoutMs + heardWithinMs;
  const pool = new pg.Pool({
    ...connecting,
    max: options.poolSize,
    maxLifetimeSeconds: Math.ceil((options.connectionLifetimeMs ?? 0) / 1000),
    application_name: 'plystra',
    options: asOptions(settings),
  });
  pool.on('error', options.onConnectionError);
  pool.on('connect', (client) => breakWhenSilent(client, silenceMs));
  const orm = await MikroORM.init({
    driverOptions: new ReleasingDialect({ pool }),
    dbName: new URL(options.url).pathname.slice(1),
    entities: [...options.entities],
    forceUtcTimezone: true,
    ensureDatabase: false,
    implicitTransactions: false,
    allowGlobalContext: false,
  });
  return {
    pool,
    connection: (name, more = {}) => {
      const client = new pg.Client({
        ...connecting,
        application_name: name,
        options: asOptions({ ...settings, ...more }),
        keepAlive: true,
      });
      client.once('connect', () => breakWhenSilent(client, silenceMs));
      return client;
    },
    entities: () => orm.em.fork(),
    transaction: (work, commits = () => true) => runTransaction(orm, work, commits),
    close: async () => {
      await orm.close();
      // The ORM ends the pool only if it has used it.
      if (!pool.ended && !pool.ending) await pool.end();
    },
  };
}

function asOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

async function runTransaction<T>(
  orm: Awaited<ReturnType<typeof MikroORM.init>>,
  work: (tx: Transaction) => Promise<T>,
  commits: (result: T) => boolean,
): Promise<T> {
  const em = orm.em.fork() as SqlEntityManager;
  await em.begin({ isolationLevel: IsolationLevel.READ_COMMITTED });
  let result: T;
  try {
    result = await work({
      em,
      query: async (text, values = []) => {
        const done = await em.getKysely().executeQuery(CompiledQuery.raw(text, [...values]));
        return { rows: done.rows as Record<string, unknown>[] };
      },
    });
    if (commits(result)) {
      await em.commit();
      return result;
    }
  } catch (error) {
    await em.rollback().catch(() => undefined);
    throw error;
  }
  await em.rollback();
  return result;
}
