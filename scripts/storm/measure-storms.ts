import { type Load, startLoad } from '../bench/load.ts';
import type { Window } from '../bench/load-window.ts';
import { kinds } from '../staleness/kinds.ts';
import { openStage, type Stage } from '../staleness/stage.ts';
import { type StagedWorld, stagedWorld } from '../staleness/staged-world.ts';
import { type Tried, tryKind } from '../staleness/try-kind.ts';
import { makeBesideTables } from './beside-tables.ts';
import { startStorm } from './running-storm.ts';
import { makeTargets, pairs, type Storm, type Targets } from './writers.ts';

/** What was seen in one window: the checks of the Space with the storm, those of another, and the writes. */
export type StormWindow = {
  readonly storm: string;
  readonly stormy: Window;
  readonly calm: Window;
  readonly writesPerSecond: number;
};

/** What a run has found. */
export type StormFigures = {
  /** Round by round the same windows in the same order. */
  readonly rounds: readonly (readonly StormWindow[])[];
  /** By storm, changes that were made and asked about in its midst. */
  readonly right: readonly { readonly storm: string; readonly tried: readonly Tried[] }[];
};

/** How long a run is. */
export type StormPlan = { readonly rounds: number; readonly windowMs: number; readonly answers: number };

/** The window in which nobody writes. */
export const stillness = 'no writes';

/** Connections that ask in each of the two Spaces. */
const connections = 8;

/** Measures windows with each storm, beside windows with writes that cost the same, in interleaved rounds. */
export async function measureStorms(plan: StormPlan, done: (what: string) => void): Promise<StormFigures> {
  const stage = await openStage({ processes: 1, fenced: true });
  const loads = { stormy: startLoad(), calm: startLoad() };
  try {
    const worlds = { stormy: await stagedWorld(stage), calm: await stagedWorld(stage) };
    const targets = await makeTargets(worlds.stormy);
    await makeBesideTables(stage.behind);
    for (const name of ['stormy', 'calm'] as const) {
      await loads[name].keep('question', [worlds[name].question.body]);
    }
    const window = async (storm: Storm | null, pace: number | null): Promise<StormWindow> => {
      const running = storm && (await startStorm(storm, worlds.stormy, targets, pace));
      const [stormy, calm] = await Promise.all([
        measured(loads.stormy, worlds.stormy, stage, plan.windowMs),
        measured(loads.calm, worlds.calm, stage, plan.windowMs),
      ]);
      const writesPerSecond = (await running?.stop()) ?? 0;
      return { storm: storm?.name ?? stillness, stormy, calm, writesPerSecond };
    };
    const rounds: StormWindow[][] = [];
    for (let round = 1; round <= plan.rounds; round += 1) {
      const windows = [await window(null, null)];
      for (const pair of pairs) {
        const inStorm = await window(pair.storm, null);
        windows.push(inStorm, await window(pair.beside, inStorm.writesPerSecond));
      }
      rounds.push(windows);
      done(`round ${round} of ${plan.rounds}`);
    }
    const right: { storm: string; tried: Tried[] }[] = [];
    for (const { storm } of pairs) {
      right.push({ storm: storm.name, tried: await triedIn(storm, worlds.stormy, targets, plan.answers) });
      done(`changes in the storm "${storm.name}"`);
    }
    return { rounds, right };
  } finally {
    for (const load of Object.values(loads)) load.stop();
    await stage.close();
  }
}

function measured(load: Load, { key }: StagedWorld, stage: Stage, windowMs: number): Promise<Window> {
  const { port = 0, pid = 0 } = stage.servers[0] ?? {};
  const shape = { path: '/api/v1/authz/check', headers: { 'X-Plystra-API-Key': key } };
  // The CPU of the server alone; that of the database goes to the writers as well.
  const pids = { serverPid: pid, postmasterPid: pid };
  return load.window('question', shape, { port, connections, warmUpMs: 300, windowMs, ...pids });
}

/** Changes a role, a Group and a resource of the Space in the midst of a storm, and asks at once. */
async function triedIn(
  storm: Storm,
  world: StagedWorld,
  targets: Targets,
  answers: number,
): Promise<Tried[]> {
  const running = await startStorm(storm, world, targets, null);
  const tried: Tried[] = [];
  for (const kind of kinds.filter(({ name }) => ['role', 'Group', 'Group of a resource'].includes(name))) {
    tried.push(await tryKind(kind, world, answers));
  }
  await running.stop();
  return tried;
}
