import type { RunningVariant } from './bench-servers.ts';
import { startServerProcess } from './server-process.ts';

/** Milliseconds from the start of a process until it takes requests, one for each round. */
export type StartTimes = { readonly plystraMs: readonly number[]; readonly nodeMs: readonly number[] };

/** Starts the server on the measured world, and bare Node, in turn, each as a further process. */
export async function measureStarts(
  plystra: RunningVariant,
  hello: RunningVariant,
  rounds: number,
): Promise<StartTimes> {
  const times = { plystraMs: [] as number[], nodeMs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.plystraMs.push(await startOnce(plystra));
    times.nodeMs.push(await startOnce(hello));
  }
  return times;
}

async function startOnce({ variant, clone }: RunningVariant): Promise<number> {
  const server = await startServerProcess({ ...variant, databaseUrl: clone?.url ?? null });
  await server.stop();
  return server.readyMs;
}
