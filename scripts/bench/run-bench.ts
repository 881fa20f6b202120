import { readFileSync } from 'node:fs';
import type { BatchRound } from './batch-windows.ts';
import { batchBodies, hasBatch, measureBatch } from './batch-windows.ts';
import { type BenchDatabase, startBenchDatabase } from './bench-database.ts';
import { type RunningVariant, startVariants, stopVariants } from './bench-servers.ts';
import { holdToBruteForce } from './correctness-gate.ts';
import { measureEngine } from './engine-cost.ts';
import type { Figures, VariantFigures } from './figures.ts';
import { type Load, startLoad } from './load.ts';
import { describeMachine, loadOfLastMinute } from './machine.ts';
import { measureRounds, measureWindow } from './measure-rounds.ts';
import type { BenchOptions } from './options.ts';
import { type QuestionSets, questionSets } from './questions.ts';
import { measureStarts } from './start-times.ts';
import { measureValidatorStart } from './validator-start.ts';
import { type Variant, variants } from './variants.ts';
import { measuredWorld, worldSize } from './world.ts';
import type { WorldClone } from './world-clone.ts';

/** In a quick run so many questions are held against the brute force, in a full one all. */
const heldInQuickRun = 500;

/** What every server runs through before the rounds. */
const heating = { warmUpMs: 0, windowMs: 1_000 };

/** Runs the benchmark. `progress` is told what has been done. Throws when anything answers wrongly. */
export async function runBench(options: BenchOptions, progress: (done: string) => void): Promise<Figures> {
  const loadBefore = loadOfLastMinute();
  const world = measuredWorld();
  const questions = questionSets(world);
  const database = await startBenchDatabase(world);
  progress(`world loaded in ${database.loadSeconds.toFixed(1)} s`);
  const loads = [startLoad(), startLoad()] as const;
  let running: RunningVariant[] = [];
  try {
    for (const load of loads) await keepQuestions(load, questions);
    const chosen = (options.only ?? variants).filter(({ unavailable }) => unavailable === undefined);
    running = await startVariants(database, chosen);
    progress('servers started');
    const held = options.quick ? heldInQuickRun : questions.wide.length;
    for (const one of running) if (one.variant.decides) await holdToBruteForce(one, questions, held);
    progress(`answers to ${held} questions are those of the brute force`);
    await warmUp(running, database, loads[0]);
    const rowBytes = await auditRowBytes(running);
    const cells = await measureRounds(running, options, database, loads[0], progress);
    const more =
      options.only === null ? await measureMore(options, questions, running, database, loads) : none;
    return {
      day: new Date().toISOString().slice(0, 10),
      version: packageVersion(),
      quick: options.quick,
      rounds: options.rounds,
      windowMs: options.windowMs,
      warmUpMs: options.warmUpMs,
      machine: describeMachine(database.settings, loadBefore),
      world: { ...worldSize, loadSeconds: database.loadSeconds },
      questionsHeld: held,
      variants: (options.only ?? variants).map((variant) => figuresOf(variant, rowBytes)),
      cells,
      ...more,
    };
  } finally {
    for (const load of loads) load.stop();
    await stopVariants(running);
    await database.close();
  }
}

type More = Pick<Figures, 'batch' | 'validators' | 'engineMs' | 'starts'>;

const none: More = { batch: null, validators: null, engineMs: null, starts: null };

async function measureMore(
  options: BenchOptions,
  questions: QuestionSets,
  running: readonly RunningVariant[],
  database: BenchDatabase,
  loads: readonly [Load, Load],
): Promise<More> {
  const one = (name: Variant['name']) => {
    const found = running.find(({ variant }) => variant.name === name);
    if (found === undefined) throw new Error(`${name} does not run.`);
    return found;
  };
  const plystra = one('plystra');
  const rounds = Math.min(options.rounds, 3);
  const batch: BatchRound[] = [];
  if (hasBatch()) {
    for (let round = 0; round < options.rounds; round += 1) {
      batch.push(await measureBatch(plystra, cloneOf(plystra), options, database, loads));
    }
  }
  return {
    batch: batch.length === 0 ? null : batch,
    validators: measureValidatorStart(rounds),
    engineMs: await measureEngine(cloneOf(one('naive')).url, questions.hot, options.quick ? 60 : 300),
    starts: await measureStarts(plystra, one('hello'), rounds),
  };
}

function cloneOf({ variant, clone }: RunningVariant): WorldClone {
  if (clone === null) throw new Error(`${variant.name} has no database.`);
  return clone;
}

/** Lets every server get its code compiled and its connections opened, so that the first round is like the others. */
async function warmUp(
  running: readonly RunningVariant[],
  database: BenchDatabase,
  load: Load,
): Promise<void> {
  for (const one of running) await measureWindow(one, 'wide', 16, heating, database, load);
}

async function keepQuestions(load: Load, { wide, hot }: QuestionSets): Promise<void> {
  await load.keep('wide', wide);
  await load.keep('hot', hot);
  await load.keep('batch', batchBodies(wide));
}

async function auditRowBytes(running: readonly RunningVariant[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const { variant, clone } of running) {
    if (clone !== null && variant.records) found.set(variant.name, (await clone.auditRows()).bytes);
  }
  return found;
}

function figuresOf(
  { name, meaning, unavailable }: Variant,
  rowBytes: ReadonlyMap<string, number>,
): VariantFigures {
  return { name, meaning, left_out: unavailable ?? null, auditRowBytes: rowBytes.get(name) ?? null };
}

function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
