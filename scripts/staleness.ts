import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { complaints, tableText } from './staleness/report.ts';
import { control, type SettingTried, settings, trySetting } from './staleness/settings.ts';

const usage = `usage: npm run staleness [-- <options>]

Changes things over HTTP on one server process and asks at once there and on another one on the same database: no
answer may be the one of before. Ends with 1 when one is, or when the control, which has no fence, shows none.
  --answers <n>  answers at least, for each kind of change and setting (2400)
  --only <text>  the kinds of changes whose name contains this
  --json <file>  writes all figures to a file
`;

/** Gives the exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      answers: { type: 'string', default: '2400' },
      only: { type: 'string', default: '' },
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
  const started = performance.now();
  const results: SettingTried[] = [];
  for (const setting of [...settings, control]) {
    // Without the fence stale answers come by the dozen.
    const answers = setting.fenced ? Number(values.answers) : 80;
    const trial = {
      answers,
      only: values.only,
      done: ({ kind, asked, stale }: { kind: string; asked: number; stale: number }) => {
        const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(5);
        process.stderr.write(`${seconds} s  ${setting.name}, ${kind}: ${stale} of ${asked}\n`);
      },
    };
    results.push(await trySetting(setting, trial));
  }
  const wrong = complaints(results);
  process.stdout.write(`${tableText(results)}\n${wrong.map((what) => `${what}\n`).join('')}`);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ results, complaints: wrong }, null, 1)}\n`);
  }
  return wrong.length === 0 ? 0 : 1;
}

process.exitCode = await main();
