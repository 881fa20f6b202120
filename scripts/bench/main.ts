import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { reportText } from './report.ts';
import { runBench } from './run-bench.ts';
import { targetsOf } from './targets.ts';

/** Runs the benchmark as the command line says. Gives the exit code: 0 whatever the figures are, 2 wrong usage. */
async function main(): Promise<number> {
  let options: BenchOptions | null;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (options === null) {
    process.stdout.write(usage);
    return 0;
  }
  // What a run has started ends with the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const started = performance.now();
  const figures = await runBench(options, (done) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stderr.write(`${seconds.padStart(4)} s  ${done}\n`);
  });
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify({ ...figures, targets: targetsOf(figures) }, null, 1)}\n`);
  process.stdout.write(`${reportText(figures)}\nFigures: ${options.json}\n`);
  return 0;
}

process.exitCode = await main();
