import type { StagedWorld } from '../staleness/staged-world.ts';
import type { Storm, Targets } from './writers.ts';

/** Writers at work. */
export type RunningStorm = {
  /** Lets them end their writes. Gives how many a second there were. */
  stop(): Promise<number>;
};

/** Writers of each storm. Those of one Space wait for each other in the database, so more would not write more. */
const writers = 2;

/** Lets writers write without pause, or at a pace of so many writes a second together. */
export async function startStorm(
  storm: Storm,
  world: StagedWorld,
  targets: Targets,
  pace: number | null,
): Promise<RunningStorm> {
  let stopping = false;
  let written = 0;
  const started = performance.now();
  const running = Array.from({ length: writers }, async () => {
    const { write, close } = await storm.writer(world, targets);
    while (!stopping) {
      written += 1;
      await write(written);
      const early = pace === null ? 0 : (written * 1000) / pace - (performance.now() - started);
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    }
    await close();
  });
  return {
    async stop() {
      stopping = true;
      await Promise.all(running);
      return (written * 1000) / (performance.now() - started);
    },
  };
}
