import { parseArgs } from 'node:util';
import { openCredentialDesk } from './credential-desk.ts';
import { insertFuzzWorld, installFuzzPlugin } from './fuzz-world.ts';
import { startFuzzedServer } from './fuzzed-server.ts';
import { installSchemathesis } from './install-schemathesis.ts';
import { type FuzzRun, runSchemathesis } from './run-schemathesis.ts';
import { callsOf, nothing, sumOf, type Tally, tallyText } from './tally.ts';

/**
 * Runs Schemathesis against the real server, started for this on a database of its own, in all phases and with all
 * checks. The exit code is 0 when nothing was found. What follows `--` is passed on, and then there is one run with
 * that: `npm run fuzz -- --seed 7 -- --phases examples`.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      /** Another one makes other calls. */
      seed: { type: 'string', default: '1' },
      /** Least number of calls of the stateful phase. */
      'stateful-calls': { type: 'string', default: '3000' },
    },
  });
  const program = await installSchemathesis();
  const server = await startFuzzedServer();
  try {
    await insertFuzzWorld(server, server.userId);
    await installFuzzPlugin(server.url, server.token);
    const desk = await openCredentialDesk(server);
    try {
      const run = { baseUrl: server.url, deskUrl: desk.url, seed: Number(values.seed), more: positionals };
      if (positionals.length === 0) return await allPhases(program, run, Number(values['stateful-calls']));
      const { exitCode, tally } = await runSchemathesis(program, run);
      process.stdout.write(tallyText(tally));
      return exitCode;
    } finally {
      await desk.close();
    }
  } finally {
    await server.stop();
  }
}

/**
 * The phases of single calls, then the stateful phase until it has made enough of them. One round of it ends early, as
 * if it was done: Schemathesis takes by chance that no seed holds the value of a link or another one, and Hypothesis
 * gives up when data come differently than the time before.
 */
async function allPhases(program: string, run: FuzzRun, statefulCalls: number): Promise<number> {
  const single = await runSchemathesis(program, { ...run, more: ['--phases', 'examples,coverage,fuzzing'] });
  let { exitCode } = single;
  let stateful: Tally = nothing;
  for (let round = 1; callsOf(stateful) < statefulCalls && exitCode === 0; round += 1) {
    const seed = run.seed * 1_000 + round;
    const more = ['--phases', 'stateful', '--max-time', '60'];
    const { exitCode: code, tally } = await runSchemathesis(program, { ...run, seed, more });
    if (callsOf(tally) === 0) throw new Error('The stateful phase made no call.');
    stateful = sumOf(stateful, tally);
    exitCode = code;
  }
  process.stdout.write(`\nAll phases: ${tallyText(sumOf(single.tally, stateful))}`);
  process.stdout.write(`\nStateful phase: ${tallyText(stateful)}`);
  return exitCode;
}

process.exitCode = await main();
