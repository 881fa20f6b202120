import type { Queryable } from '../../platform/database/index.ts';

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
  /** Tables of its migrations; without one of them it cannot work. */
  readonly tables: readonly string[];
};

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

/** The state of each capability: ready when its tables are there and what it requires is ready. */
export async function capabilityStates(
  database: Queryable,
  capabilities: readonly Capability[],
): Promise<ReadonlyMap<string, CapabilityState>> {
  const tables = capabilities.flatMap((capability) => capability.tables);
  const { rows } = await database.query(
    'select name from unnest($1::text[]) as wanted (name) where to_regclass(quote_ident(name)) is null',
    [tables],
  );
  const missing = new Set(rows.map((row) => row['name']));
  const states = new Map<string, CapabilityState>();
  for (const capability of inStartOrder(capabilities)) {
    const whole = !capability.tables.some((table) => missing.has(table));
    const based = capability.requires.every((id) => states.get(id) === 'ready');
    states.set(capability.id, whole && based ? 'ready' : 'failed');
  }
  return states;
}
