import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureStorms } from './storm/measure-storms.ts';
import { stormComplaints, stormText } from './storm/storm-report.ts';

const usage = `usage: npm run storm [-- <options>]

Changes the graph of one Space without pause, by SQL and over HTTP, and what is instance-wide, while checks go on in
that Space and in another; and beside each of them, in the same rounds, writes to unrelated tables that cost the same.
Prints throughputs and ratios. Ends with 1 on a wrong answer, or when checks starve.
  --rounds <n>   rounds (5)
  --window <ms>  length of a measured window (2000)
  --answers <n>  answers about changes in the midst of each storm, of each kind (200)
  --json <file>  writes all figures to a file
`;

/** Gives the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      window: { type: 'string', default: '2000' },
      answers: { type: 'string', default: '200' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  // What a run has started ends with the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const plan = {
    rounds: Number(values.rounds),
    windowMs: Number(values.window),
    answers: Number(values.answers),
  };
  const figures = await measureStorms(plan, (what) => process.stderr.write(`${what}\n`));
  const complaints = stormComplaints(figures);
  process.stdout.write(`${stormText(figures)}${complaints.map((what) => `${what}\n`).join('')}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 1)}\n`);
  return complaints.length === 0 ? 0 : 1;
}

process.exitCode = await main();
