import { parseArgs } from 'node:util';
import { runTests } from './run-tests.ts';

/**
 * Runs each race of `server/test/races` again and again: `--rounds` times, 100 when it is left out. Patterns after the
 * options choose other files. The exit code is that of the tests.
 */
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '100' } },
  allowPositionals: true,
});
const patterns = positionals.length === 0 ? ['server/test/races/*.test.ts'] : positionals;
process.exitCode = await runTests(patterns, { PLYSTRA_RACE_ROUNDS: values.rounds });
