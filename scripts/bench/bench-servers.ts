import type { BenchDatabase } from './bench-database.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import type { Variant } from './variants.ts';
import type { WorldClone } from './world-clone.ts';

/** A variant that runs, with the database of its own. */
export type RunningVariant = {
  readonly variant: Variant;
  readonly server: ServerProcess;
  readonly clone: WorldClone;
};

/** Starts variants one after the other, each on a database of its own. They stay up for the whole run. */
export async function startVariants(
  database: BenchDatabase,
  chosen: readonly Variant[],
): Promise<RunningVariant[]> {
  const running: RunningVariant[] = [];
  for (const variant of chosen) {
    const clone = await database.clone(variant.name.replaceAll('-', '_'));
    const server = await startServerProcess({ ...variant, databaseUrl: clone.url });
    running.push({ variant, server, clone });
  }
  return running;
}

/** Stops them all. */
export async function stopVariants(running: readonly RunningVariant[]): Promise<void> {
  for (const { server, clone } of running) {
    await server.stop();
    await clone.close();
  }
}
