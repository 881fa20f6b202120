import type { Readable } from 'node:stream';
import type { Environment } from '../platform/config/index.ts';
import type { Command, Outcome } from './command.ts';
import { readCommandLine } from './command-line.ts';
import { describeFailure, type Failure, HalfDone } from './failure.ts';
import { helpText } from './help.ts';
import { createOutput, type Output, type TextStream } from './output.ts';

/** Everything that a command line is run with. */
export type CommandLineSetting = {
  readonly args: readonly string[];
  readonly commands: readonly Command[];
  readonly environment: Environment;
  readonly stdin: Readable;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly signal: AbortSignal;
  readonly chains: readonly string[];
  readonly version: string;
};

/**
 * Runs a command line to its end and gives the exit code. With `--json`, stdout gets exactly one document, whatever
 * happens: `ok`, what the command has to say, and `error` when it failed. Never throws.
 */
export async function runCommandLine(setting: CommandLineSetting): Promise<number> {
  const json = setting.args.includes('--json');
  const output = createOutput(setting.stdout, setting.stderr, setting.environment, json);
  const print = (document: Readonly<Record<string, unknown>>): void => {
    if (json) setting.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  };
  try {
    const outcome = await answer(setting, output);
    output.endProgress();
    print({ ok: outcome.exitCode === 0, ...outcome.json });
    return outcome.exitCode;
  } catch (error) {
    output.endProgress();
    // Whatever broke after the request to end, broke because of it.
    const cause = error instanceof HalfDone ? error.cause : error;
    const failure = describeFailure(setting.signal.aborted ? setting.signal.reason : cause);
    explain(failure, output);
    const { exitCode, ...told } = failure;
    print({ ok: false, ...(error instanceof HalfDone ? error.done : {}), error: told });
    return exitCode;
  }
}

async function answer(setting: CommandLineSetting, output: Output): Promise<Outcome> {
  const request = readCommandLine(setting.args, setting.commands);
  switch (request.kind) {
    case 'help': {
      const help = helpText(request.words, setting.commands);
      output.line(help);
      return { exitCode: 0, json: { help } };
    }
    case 'version':
      output.line(setting.version);
      return { exitCode: 0, json: { version: setting.version } };
    case 'run': {
      const { environment, stdin, signal, chains } = setting;
      return request.command.run({ environment, options: request.options, output, stdin, signal, chains });
    }
  }
}

function explain(failure: Failure, output: Output): void {
  output.note(`${output.paintNote('red', 'plystractl:')} ${failure.message}`);
  for (const { variable, problem, accepted } of failure.problems ?? []) {
    output.note(`  ${variable}: ${problem}\n    accepted: ${accepted}`);
  }
  if (failure.problems !== undefined) output.note('All variables: docs/configuration.md');
  if (failure.hint !== undefined) output.note(failure.hint);
  if (failure.usage !== undefined) output.note(`usage: ${failure.usage}`);
}
