import { parseArgs } from 'node:util';
import { runTests } from './run-tests.ts';

/**
 * Runs the tests of what happens while the database is away, with outages of `--seconds` each, 10 when it is left out.
 * The exit code is that of the tests.
 */
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
process.exitCode = await runTests(['server/test/outage/*.test.ts'], {
  PLYSTRA_OUTAGE_SECONDS: values.seconds,
});
