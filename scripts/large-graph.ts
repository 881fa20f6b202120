import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchDatabase, withClient } from './bench/bench-database.ts';
import { type RunningVariant, stopVariants } from './bench/bench-servers.ts';
import { holdToBruteForce } from './bench/correctness-gate.ts';
import { startLoad } from './bench/load.ts';
import { residentMb } from './bench/proc.ts';
import { type QuestionSets, questionSets } from './bench/questions.ts';
import { startServerProcess } from './bench/server-process.ts';
import { variants } from './bench/variants.ts';
import { measuredWorld } from './bench/world.ts';
import { fillGraph } from './large-graph/fill-graph.ts';
import { largeQuestions } from './large-graph/large-questions.ts';
import { graphTable, type Side, windowTable } from './large-graph/large-report.ts';
import { largeSize, rolesOfMember, spacesOf } from './large-graph/large-size.ts';
import type { GraphCost } from './large-graph/load-process.ts';
import { untilCurrent } from './large-graph/until-current.ts';

/** Questions that are asked once on each side and held against their answers before anything is measured. */
const held = 500;

/**
 * Measures what the size of the authorization graph costs: the server on the measured world of `npm run bench`, and on
 * one with a million Members beside it. Prints how long the graph takes to load, what it takes in memory, and latency
 * and throughput of checks on both sides, in interleaved rounds.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      part: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      window: { type: 'string', default: '2500' },
      json: { type: 'boolean', default: false },
    },
  });
  const size = largeSize(Number(values.part));
  const started = performance.now();
  const progress = (done: string) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stderr.write(`${seconds.padStart(5)} s  ${done}\n`);
  };
  // What a run has started ends with the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const world = measuredWorld();
  const database = await startBenchDatabase(world);
  const load = startLoad();
  const running: (RunningVariant & { readonly side: Side['name'] })[] = [];
  try {
    const clones = { small: await database.clone('small'), large: await database.clone('large') };
    progress('measured world loaded');
    const asked: Record<Side['name'], QuestionSets> = {
      small: questionSets(world),
      large: await withClient(clones.large.url, async (client) => {
        await fillGraph(client, size, progress);
        return largeQuestions(client, size);
      }),
    };
    const sides: Side[] = [];
    const variant = variants.find(({ name }) => name === 'plystra') as (typeof variants)[number];
    for (const side of ['small', 'large'] as const) {
      const clone = clones[side];
      await database.settle();
      const graph = graphCost(clone.url);
      const server = await startServerProcess({ ...variant, databaseUrl: clone.url });
      const currentMs = server.readyMs + (await untilCurrent(server.port));
      running.push({ side, variant, server, clone });
      await load.keep(side, asked[side].wide);
      await holdToBruteForce({ variant, server, clone }, asked[side], held);
      sides.push({ name: side, graph, currentMs, residentMb: residentMb(server.pid), windows: [] });
      progress(`${side}: graph loaded in ${graph.seconds.toFixed(1)} s, server current, answers are right`);
    }
    for (let round = -1; round < Number(values.rounds); round += 1) {
      for (const connections of [1, 16]) {
        for (const { side, server, variant: measured, clone } of round % 2 === 0
          ? running
          : running.toReversed()) {
          await clone?.emptyAuditLog();
          await database.settle();
          const plan = { port: server.port, connections, warmUpMs: 600, windowMs: Number(values.window) };
          const pids = { serverPid: server.pid, postmasterPid: database.pid };
          const window = await load.window(side, measured.shape, { ...plan, ...pids });
          // The first round warms up, and does not count.
          if (round >= 0) sides.find(({ name }) => name === side)?.windows.push({ connections, ...window });
        }
      }
      progress(`round ${round + 1} of ${values.rounds}`);
    }
    const rows = { spaces: spacesOf(size), ...size, memberRoles: size.members * rolesOfMember };
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ large: rows, sides }, null, 2)}\n`
        : `${JSON.stringify(rows)}\n\n${graphTable(sides)}\n${windowTable(sides)}`,
    );
  } finally {
    load.stop();
    await stopVariants(running);
    await database.close();
  }
}

function graphCost(url: string): GraphCost {
  const program = join(import.meta.dirname, 'large-graph/load-process.ts');
  const run = spawnSync(process.execPath, ['--expose-gc', program, url], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`The graph could not be loaded: ${run.stderr}`);
  return JSON.parse(run.stdout) as GraphCost;
}

await main();
