import type { Database, Queryable } from '../../platform/database/index.ts';
import type { Logger } from '../../platform/logging/index.ts';

/** State of a system capability. Other states of the contract belong to capabilities that are started by steps. */
export type CapabilityState = 'ready' | 'failed';

/** What a system capability says about itself. All of them are compiled in, privileged and required. */
export type Capability = {
  readonly id: string;
  readonly name: string;
  /** Ids of the capabilities that it builds on. */
  readonly requires: readonly string[];
  /** Names of the services that it offers inside the process. */
  readonly services: readonly string[];
  /** Whether it can work. Throws when the database does not answer. */
  readonly health: (database: Queryable) => Promise<boolean>;
  /** What it does every few minutes; any number of processes may do so at once. */
  readonly housekeeping?: (database: Database, log: Pick<Logger, 'warn'>) => Promise<void>;
};

/** A health that asks whether these tables are there. */
export function tablesAreThere(...tables: readonly string[]): Capability['health'] {
  return async (database) => {
    const { rows } = await database.query(
      'select from unnest($1::text[]) as wanted (name) where to_regclass(quote_ident(name)) is null limit 1',
      [tables],
    );
    return rows.length === 0;
  };
}

/**
 * The capabilities in an order in which each comes after what it requires.
 *
 * @throws Error on an unknown or circular requirement, naming it
 */
export function inStartOrder(capabilities: readonly Capability[]): readonly Capability[] {
  const known = new Map(capabilities.map((capability) => [capability.id, capability]));
  const started = new Map<string, Capability>();
  const visit = (capability: Capability, path: readonly string[]) => {
    if (started.has(capability.id)) return;
    if (path.includes(capability.id)) {
      throw new Error(
        `Capabilities require each other in a circle: ${[...path, capability.id].join(' > ')}.`,
      );
    }
    for (const id of capability.requires) {
      const required = known.get(id);
      if (required === undefined) throw new Error(`${capability.id} requires ${id}, which is not there.`);
      visit(required, [...path, capability.id]);
    }
    started.set(capability.id, capability);
  };
  for (const capability of capabilities) visit(capability, []);
  return [...started.values()];
}

/** The state of each capability: ready when it is in good health and what it requires is ready. */
export async function capabilityStates(
  database: Queryable,
  capabilities: readonly Capability[],
): Promise<ReadonlyMap<string, CapabilityState>> {
  const states = new Map<string, CapabilityState>();
  for (const capability of inStartOrder(capabilities)) {
    const based = capability.requires.every((id) => states.get(id) === 'ready');
    const ready = based && (await capability.health(database));
    states.set(capability.id, ready ? 'ready' : 'failed');
  }
  return states;
}
