import type { BenchDatabase } from './bench-database.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import type { Variant } from './variants.ts';
import type { WorldClone } from './world-clone.ts';

/** A variant that runs, with a database of its own if it needs one. */
export type RunningVariant = {
  readonly variant: Variant;
  readonly server: ServerProcess;
  readonly clone: WorldClone | null;
};

/** Starts variants one after the other. They stay up for the whole run. */
export async function startVariants(
  database: BenchDatabase,
  chosen: readonly Variant[],
): Promise<RunningVariant[]> {
  const running: RunningVariant[] = [];
  for (const variant of chosen) {
    const clone = variant.stores ? await database.clone(variant.name.replaceAll('-', '_')) : null;
    const server = await startServerProcess({ ...variant, databaseUrl: clone?.url ?? null });
    running.push({ variant, server, clone });
  }
  return running;
}

/** Stops them all. */
export async function stopVariants(running: readonly RunningVariant[]): Promise<void> {
  for (const { server, clone } of running) {
    await server.stop();
    await clone?.close();
  }
}
