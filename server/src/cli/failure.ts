import { constants } from 'node:os';
import pg from 'pg';
import { ConfigError, type ConfigProblem } from '../platform/config/index.ts';
import { EmbeddedPostgresError } from '../platform/embedded-postgres/index.ts';
import { MigrationError } from '../platform/migrations/index.ts';
import { UsageError } from './usage-error.ts';

/** The process was asked to end before the command had done its work. */
export class Interrupted extends Error {
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super(`Interrupted by ${signalName}; what was begun and not finished was rolled back.`);
    this.name = 'Interrupted';
    this.signalName = signalName;
  }
}

/** A failure that the operator can do something about, with a hint what. */
export class OperatorError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OperatorError';
    this.code = code;
    this.hint = hint;
  }
}

/** A command that failed half-way: `done` is what `--json` says of the first half, the cause is why. */
export class HalfDone extends Error {
  readonly done: Readonly<Record<string, unknown>>;

  constructor(done: Readonly<Record<string, unknown>>, cause: unknown) {
    super('The command failed half-way.', { cause });
    this.name = 'HalfDone';
    this.done = done;
  }
}

/** A failure as it is told: on stderr in words, with `--json` as an object. */
export type Failure = {
  readonly exitCode: number;
  /** For programs, in capitals. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly usage?: string;
  /** The migration that failed. */
  readonly file?: string;
  readonly problems?: readonly ConfigProblem[];
};

/**
 * Says what an error means to the operator. Exit codes: 2 usage, 78 configuration, 128 and the signal's number when
 * interrupted, else 1. Never a stack trace, a password or the text of a statement.
 */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) {
    return { exitCode: 2, code: 'USAGE', message: error.message, usage: error.usage };
  }
  if (error instanceof ConfigError) {
    const count = error.problems.length;
    const message = `${count} problem${count === 1 ? '' : 's'} in the configuration.`;
    return { exitCode: error.exitCode, code: error.code, message, problems: error.problems };
  }
  if (error instanceof Interrupted) {
    return {
      exitCode: 128 + constants.signals[error.signalName],
      code: 'INTERRUPTED',
      message: error.message,
    };
  }
  if (error instanceof EmbeddedPostgresError || error instanceof OperatorError) {
    return { exitCode: 1, code: error.code, message: error.message, hint: error.hint };
  }
  if (error instanceof MigrationError) {
    const { code, message, file } = error;
    return { exitCode: 1, code: failureCode(code), message, ...(file === undefined ? {} : { file }) };
  }
  if (error instanceof pg.DatabaseError) {
    const message = `PostgreSQL refused: ${error.message} (SQLSTATE ${error.code}).`;
    return { exitCode: 1, code: 'DATABASE_ERROR', message };
  }
  const message = error instanceof Error ? error.message : String(error);
  const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
  const hint = 'Run it as the user that owns this file, as a rule the one that the server runs as.';
  return { exitCode: 1, code: 'FAILED', message, ...(denied ? { hint } : {}) };
}

/** A code such as `checksum-mismatch` as failures have it: `CHECKSUM_MISMATCH`. */
export function failureCode(code: string): string {
  return code.toUpperCase().replaceAll('-', '_');
}
