import { parseArgs } from 'node:util';
import { runTests } from './run-tests.ts';

/**
 * Kills the server, its database, or both under load, each `--rounds` times, 20 when it is left out: every decision
 * that was answered has to be on record. The exit code is that of the tests.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
process.exitCode = await runTests(['server/test/crash/*.test.ts'], { PLYSTRA_CRASH_ROUNDS: values.rounds });
