import type { Readable } from 'node:stream';
import type { Environment } from '../platform/config/index.ts';
import type { Output } from './output.ts';

/** An option of one command. Every command also takes `--json` and `--help`. */
export type CommandOption = {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** How the help names the value of a `string`, for example `file`. */
  readonly value?: string;
  readonly description: string;
};

/** Option names without their dashes to what was given. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** What a command works with. */
export type CommandContext = {
  readonly environment: Environment;
  readonly options: OptionValues;
  readonly output: Output;
  /** Read only by the commands that say so in their help. */
  readonly stdin: Readable;
  /** Aborted, with an `Interrupted` as reason, when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Folders of migrations, in the order in which they are applied. */
  readonly chains: readonly string[];
};

/** How a command ended: 0 done or all is well, 1 not, 78 for the configuration; and what `--json` prints beside `ok`. */
export type Outcome = {
  readonly exitCode: 0 | 1 | 78;
  readonly json: Readonly<Record<string, unknown>>;
};

/** One command of plystractl. */
export type Command = {
  /** The words that call it. */
  readonly name: readonly string[];
  /** Other words that call the same. */
  readonly aliases?: readonly (readonly string[])[];
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows `plystractl` and the name, without the options that every command has. */
  readonly usage: string;
  /** What the help says beyond the summary. */
  readonly description: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Prints its lines as it goes. Throws when it cannot do its work at all. */
  run(context: CommandContext): Promise<Outcome>;
};
