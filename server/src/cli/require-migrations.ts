import type pg from 'pg';
import { migrationPlan } from '../platform/migrations/index.ts';
import { OperatorError } from './failure.ts';

/**
 * Lets a command go on only where all migrations of this release are applied.
 *
 * @throws OperatorError `MIGRATIONS_PENDING`; MigrationError when the database stands elsewhere
 */
export async function requireMigrations(client: pg.ClientBase, chains: readonly string[]): Promise<void> {
  for (const chain of chains) {
    if ((await migrationPlan(client, chain)).length === 0) continue;
    throw new OperatorError(
      'MIGRATIONS_PENDING',
      'The database has not all tables of this release yet.',
      'Run: plystractl migrate up',
    );
  }
}
