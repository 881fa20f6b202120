import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './run.ts';

const usage = `usage: npm run generate [-- --check] [-- --root <folder>]

Generates everything that comes from the contracts in openapi/.
  --check   write nothing; exit 1 with a list when a generated file is missing, stale or differs
  --root    another checkout than this one
`;

/** Runs the pipeline as the command line says. Gives the exit code: 0, 1 failed or drifted, 2 wrong usage. */
async function main(): Promise<number> {
  const started = performance.now();
  const out = (line: string): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${seconds.padStart(5)} s  ${line}\n`);
  };
  const err = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  try {
    const { values } = parseArgs({
      options: { check: { type: 'boolean', default: false }, root: { type: 'string' } },
    });
    const root = resolve(values.root ?? join(import.meta.dirname, '../..'));
    return await run({ root, check: values.check, out, err });
  } catch (error) {
    err(`${(error as Error).message}\n${usage}`);
    return 2;
  }
}

process.exitCode = await main();
