import type pg from 'pg';
import { describeFailure } from '../failure.ts';
import { checkAppendOnly, checkPartitions } from './check-audit.ts';
import { checkClock, checkDurability, checkVersion } from './check-database.ts';
import { checkDrift, checkMigrations } from './check-schema.ts';
import { checkSuperAdmin } from './check-super-admin.ts';
import { type Finding, findingsOf } from './finding.ts';

/** A look at the database. */
type Check = {
  readonly name: string;
  /** Reads tables that only a migrated database has. */
  readonly needsTables: boolean;
  readonly look: (client: pg.Client, chains: readonly string[]) => Promise<Finding[]>;
};

/** The looks at the database, in their order. */
export const databaseChecks: readonly Check[] = [
  { name: 'server version', needsTables: false, look: checkVersion },
  { name: 'durability', needsTables: false, look: checkDurability },
  { name: 'clock', needsTables: false, look: checkClock },
  { name: 'migrations', needsTables: false, look: checkMigrations },
  { name: 'schema', needsTables: true, look: checkDrift },
  { name: 'audit partitions', needsTables: true, look: checkPartitions },
  { name: 'append-only audit log', needsTables: true, look: checkAppendOnly },
  { name: 'super admin', needsTables: true, look: checkSuperAdmin },
];

/** Takes every look that can be taken. One that fails says so, and keeps no other from being taken. */
export async function lookAtDatabase(
  client: pg.Client,
  chains: readonly string[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { name, needsTables, look } of databaseChecks) {
    const behind = found.some(({ check, state }) => check === 'migrations' && state === 'failed');
    found.push(
      ...(needsTables && behind
        ? [findingsOf(name).skipped('Not looked at, since the migrations are not current.')]
        : await look(client, chains).catch((error: unknown) => {
            signal.throwIfAborted();
            return [findingsOf(name).failed(describeFailure(error).message, 'This could not be looked at.')];
          })),
    );
  }
  return found;
}
