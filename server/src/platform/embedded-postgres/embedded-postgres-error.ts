/** What went wrong, for programs; the message says it for people. */
export type EmbeddedPostgresErrorCode =
  | 'ALREADY_RUNNING'
  | 'UNSUPPORTED_PLATFORM'
  | 'FOLDER_UNUSABLE'
  | 'VERSION_MISMATCH'
  | 'INIT_FAILED'
  | 'START_FAILED'
  | 'STOP_FAILED';

/** The way out that is always open: a PostgreSQL server of the operator's own. */
export const USE_OTHER_SERVER = 'set DATABASE_URL to a PostgreSQL server (16 or newer)';

/** What an `EmbeddedPostgresError` is made of. */
export type EmbeddedPostgresFailure = {
  readonly code: EmbeddedPostgresErrorCode;
  readonly message: string;
  /** What to do about it, as one or two sentences. */
  readonly hint: string;
  /** The last lines that PostgreSQL itself wrote, oldest first. */
  readonly logTail?: readonly string[];
  /** The operating system's process id of the live owner, for `ALREADY_RUNNING`. */
  readonly ownerPid?: number | undefined;
  readonly cause?: unknown;
};

/**
 * A failure of the embedded database. `message` is fit to be printed: it names the folder and ends with the
 * last lines of PostgreSQL's log; passwords are in neither.
 */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;
  readonly hint: string;
  readonly logTail: readonly string[];
  readonly ownerPid: number | undefined;

  constructor(failure: EmbeddedPostgresFailure) {
    const logTail = failure.logTail ?? [];
    super(withLog(failure.message, logTail), { cause: failure.cause });
    this.name = 'EmbeddedPostgresError';
    this.code = failure.code;
    this.hint = failure.hint;
    this.logTail = logTail;
    this.ownerPid = failure.ownerPid;
  }
}

/** The refusal of a second start on a folder that a live process owns, or is just starting on. */
export function alreadyRunning(dataFolder: string, ownerPid: number | undefined): EmbeddedPostgresError {
  const owner = ownerPid === undefined ? 'another process' : `process ${ownerPid}`;
  return new EmbeddedPostgresError({
    code: 'ALREADY_RUNNING',
    message: `The embedded database in ${dataFolder} is already in use by ${owner}.`,
    hint: `Stop ${owner} first, start with another data folder, or ${USE_OTHER_SERVER}.`,
    ownerPid,
  });
}

function withLog(message: string, logTail: readonly string[]): string {
  if (logTail.length === 0) return message;
  return [message, 'PostgreSQL said:', ...logTail.map((line) => `  ${line}`)].join('\n');
}
