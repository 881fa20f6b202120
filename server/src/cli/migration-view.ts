import type { MigrationState } from '../platform/migrations/index.ts';
import { chainName } from './migration-chains.ts';
import type { Colour } from './output.ts';

/** How a migration stands, and the folder of its chain. */
export type ChainMigration = MigrationState & { readonly chain: string };

/** The colour of a state. */
export function colourOf(state: MigrationState['state']): Colour {
  if (state === 'applied') return 'green';
  return state === 'pending' ? 'yellow' : 'red';
}

/** A migration as `--json` has it. */
export function migrationJson({ chain, version, name, state, appliedAt, executionTimeMs }: ChainMigration) {
  return {
    chain: chainName(chain),
    version,
    name,
    state,
    applied_at: appliedAt?.toISOString() ?? null,
    execution_time_ms: executionTimeMs,
  };
}
