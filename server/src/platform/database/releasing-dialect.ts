import { type DatabaseConnection, PostgresDialect, type PostgresDialectConfig, PostgresDriver } from 'kysely';

/**
 * The dialect of PostgreSQL on a pool to which a connection comes back in any case. Kysely 0.29 keeps the connection of
 * a controlled transaction when its `begin`, or the `rollback` that ends it, fails: each transaction whose connection
 * breaks would take a place of the pool with it. Nobody may roll back twice on one connection.
 */
export class ReleasingDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new ReleasingDriver(this.#config);
  }
}

class ReleasingDriver extends PostgresDriver {
  override async beginTransaction(...given: Parameters<PostgresDriver['beginTransaction']>): Promise<void> {
    await this.#orRelease(given[0], super.beginTransaction(...given));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#orRelease(connection, super.rollbackTransaction(connection));
  }

  async #orRelease(connection: DatabaseConnection, done: Promise<void>): Promise<void> {
    try {
      await done;
    } catch (error) {
      // The pool looks at it, and takes no broken one back.
      await this.releaseConnection(connection as Parameters<PostgresDriver['releaseConnection']>[0]);
      throw error;
    }
  }
}
