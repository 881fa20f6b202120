import type { StagedWorld } from '../staleness/staged-world.ts';
import type { Storm, Targets } from './writers.ts';

/** Writers at work. */
export type RunningStorm = {
  /** Lets them end their writes. Gives how many a second there were. */
  stop(): Promise<number>;
};

/** Writers without pause. Those of one Space wait for each other in the database, so more would not write more. */
const writers = 2;
/** Writers that keep a pace, whatever else the machine is busy with. */
const pacedWriters = 8;

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
  const running = Array.from({ length: pace === null ? writers : pacedWriters }, async () => {
    const { write, close } = await storm.writer(world, targets);
    while (!stopping) {
      written += 1;
      const early = pace === null ? 0 : (written * 1000) / pace - (performance.now() - started);
      const number = written;
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      await write(number);
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
