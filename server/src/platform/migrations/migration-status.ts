import type { ClientBase } from 'pg';

import { type AppliedMigration, readAppliedMigrations } from './applied-migrations.ts';
import { MigrationError, type MigrationErrorCode } from './migration-error.ts';
import { loadMigrations, type MigrationChain } from './migration-files.ts';

/** How one version stands in a database. */
export interface MigrationState {
  readonly version: string;
  readonly name: string;
  /** `unknown`: applied, and not in the folder. */
  readonly state: 'applied' | 'pending' | 'checksum-mismatch' | 'unknown';
  readonly appliedAt: Date | null;
  readonly executionTimeMs: number | null;
}

/** One reason why a database does not stand where its folder of migrations says. */
export interface MigrationProblem {
  readonly code: MigrationErrorCode;
  readonly version: string | null;
  readonly message: string;
}

/** Sets the files of a chain beside what was applied, in order of version. Pure. */
export function compareMigrations(
  chain: MigrationChain,
  applied: readonly AppliedMigration[],
): MigrationState[] {
  const remaining = new Map(applied.map((row) => [row.version, row]));
  const states: MigrationState[] = chain.files.map(({ version, name, checksum }) => {
    const row = remaining.get(version);
    remaining.delete(version);
    if (row === undefined) return { version, name, state: 'pending', appliedAt: null, executionTimeMs: null };
    const state = row.checksum === checksum && row.name === name ? 'applied' : 'checksum-mismatch';
    return { version, name, state, appliedAt: row.appliedAt, executionTimeMs: row.executionTimeMs };
  });
  for (const { version, name, appliedAt, executionTimeMs } of remaining.values()) {
    states.push({ version, name, state: 'unknown', appliedAt, executionTimeMs });
  }
  return states.sort((a, b) => (a.version < b.version ? -1 : 1));
}

/** Lists what keeps a chain from being carried on: everything except versions that simply come next. Pure. */
export function findObstacles(states: readonly MigrationState[]): MigrationProblem[] {
  const lastApplied = states.findLastIndex(({ state }) => state !== 'pending');
  return states.flatMap(({ version, name, state }, index): MigrationProblem[] => {
    const title = `${version}_${name}`;
    if (state === 'checksum-mismatch') {
      const message = `${title} was changed after it was applied; add a new migration instead of editing one`;
      return [{ code: 'checksum-mismatch', version, message }];
    }
    if (state === 'unknown') {
      const message = `${title} was applied by a newer release; run that release or restore an older backup`;
      return [{ code: 'unknown-version', version, message }];
    }
    if (state === 'pending' && index < lastApplied) {
      const message = `${title} was never applied although later migrations were`;
      return [{ code: 'out-of-order', version, message }];
    }
    return [];
  });
}

/** Tells how every version of the folder, and every one in the database, stands. Reads only. */
export async function migrationStatus(client: ClientBase, folder: string): Promise<MigrationState[]> {
  const chain = await loadMigrations(folder);
  return compareMigrations(chain, await readAppliedMigrations(client, chain.namespace));
}

/** Lists what `migrateUp` would apply, in order. Throws MigrationError when it would refuse. Reads only. */
export async function migrationPlan(client: ClientBase, folder: string): Promise<MigrationState[]> {
  const states = await migrationStatus(client, folder);
  const [obstacle] = findObstacles(states);
  if (obstacle !== undefined) throw new MigrationError(obstacle.code, obstacle.message);
  return states.filter(({ state }) => state === 'pending');
}

/**
 * Lists everything that is wrong with the database's migrations, pending ones included; an empty list is the
 * proof that it stands exactly where the folder does. Reads only.
 */
export async function verifyMigrations(client: ClientBase, folder: string): Promise<MigrationProblem[]> {
  let states: MigrationState[];
  try {
    states = await migrationStatus(client, folder);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return [{ code: error.code, version: null, message: error.message }];
  }
  const obstacles = findObstacles(states);
  const known = new Set(obstacles.map(({ version }) => version));
  const pending = states.filter(({ version, state }) => state === 'pending' && !known.has(version));
  return [
    ...obstacles,
    ...pending.map(({ version, name }): MigrationProblem => {
      return { code: 'pending', version, message: `${version}_${name} has not been applied` };
    }),
  ];
}
