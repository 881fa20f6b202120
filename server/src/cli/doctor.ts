import type { Command, CommandContext } from './command.ts';
import { checkConfiguration } from './doctor/check-configuration.ts';
import { databaseChecks, lookAtDatabase } from './doctor/checks.ts';
import { type Finding, type FindingState, findingsOf } from './doctor/finding.ts';
import { describeFailure } from './failure.ts';
import type { Colour, Output } from './output.ts';
import { withDatabase } from './with-database.ts';

/** `doctor`: looks at everything that an installation needs, and says what is wrong and what to do. */
export const doctor: Command = {
  name: ['doctor'],
  summary: 'Look at configuration and database, and say what to do about what is wrong.',
  usage: '',
  description:
    'A row for each check: ✓ all is well, ! worth a look, ✗ wrong, - not looked at. Changes nothing in the database.\n' +
    'It does not ask a running server: that is what /api/v1/ready is for. Fails when a row has ✗.',
  options: {},
  async run(context) {
    const { output } = context;
    const findings = checkConfiguration(context.environment);
    const configured = findings.every(({ state }) => state !== 'failed');
    if (configured) findings.push(...(await onDatabase(context)));
    else findings.push(...notLookedAt('Not looked at, since the configuration is not valid.', true));
    for (const finding of findings) tell(output, finding);
    const count = (wanted: FindingState) => findings.filter(({ state }) => state === wanted).length;
    const [failed, warnings] = [count('failed'), count('warning')];
    output.line(`${failed} failed, ${warnings} warning${warnings === 1 ? '' : 's'}`);
    return {
      exitCode: failed === 0 ? 0 : configured ? 1 : 78,
      json: { failed, warnings, checks: findings },
    };
  },
};

const { ok, failed: failedDatabase, skipped: skippedDatabase } = findingsOf('database');

async function onDatabase(context: CommandContext): Promise<Finding[]> {
  try {
    return await withDatabase(context, async (client) => [
      ok('It can be reached.'),
      ...(await lookAtDatabase(client, context.chains, context.signal)),
    ]);
  } catch (error) {
    context.signal.throwIfAborted();
    const { message, hint } = describeFailure(error);
    return [
      failedDatabase(message, hint ?? 'Look at DATABASE_URL, and at the log of the database.'),
      ...notLookedAt('Not looked at, since the database cannot be reached.', false),
    ];
  }
}

function notLookedAt(why: string, database: boolean): Finding[] {
  const rest = databaseChecks.map(({ name }) => findingsOf(name).skipped(why));
  return database ? [skippedDatabase(why), ...rest] : rest;
}

const signs: Readonly<Record<FindingState, readonly [sign: string, colour: Colour]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['-', 'dim'],
};

function tell(output: Output, { check, state, message, hint }: Finding): void {
  const [sign, colour] = signs[state];
  output.line(`${output.paint(colour, sign)} ${check}: ${message}`);
  if (hint !== null) output.line(`    ${hint}`);
}
