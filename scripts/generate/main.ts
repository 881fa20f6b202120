import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findDrift, printDrift, writeGenerated } from './inventory.ts';
import { generate } from './pipeline.ts';

const usage = `usage: npm run generate [-- --check]

Generates everything that comes from the contracts in openapi/.
  --check   write nothing; exit 1 with a list when a generated file is missing, stale or differs
`;

/** Runs the pipeline as the command line says. Gives the exit code: 0, 1 failed or drifted, 2 wrong usage. */
async function main(): Promise<number> {
  const root = join(import.meta.dirname, '../..');
  const started = performance.now();
  const say = (line: string): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${seconds.padStart(5)} s  ${line}\n`);
  };
  let check: boolean;
  try {
    const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
    check = values.check;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  try {
    const generated = await generate({ root, log: say });
    if (!check) {
      const changed = await writeGenerated(root, generated);
      say(`${generated.files.size} files, ${changed.length} changed`);
      return 0;
    }
    const drift = await findDrift(root, generated);
    if (drift.length === 0) {
      say(`${generated.files.size} files are what the contracts say`);
      return 0;
    }
    process.stderr.write(`${drift.map(printDrift).join('\n')}\n\nRun: npm run generate\n`);
    return 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

process.exitCode = await main();
