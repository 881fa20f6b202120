/** Why a migration command stopped. */
export type MigrationErrorCode =
  /** The folder cannot be read, or a file in it is not named NNN_name.sql in an unbroken line from 001. */
  | 'invalid-folder'
  /** A file is not in checksums.txt, a line of it has no file, or the chain's checksum is wrong. */
  | 'invalid-checksums'
  /** A file differs from checksums.txt or from what was applied. */
  | 'checksum-mismatch'
  /** The database has a version that the folder does not: the database is newer than this release. */
  | 'unknown-version'
  /** A version is missing below the newest one that was applied. */
  | 'out-of-order'
  /** A version has not been applied yet. */
  | 'pending'
  /** The server is of a version that the migrations do not run on. */
  | 'server-too-old'
  /** PostgreSQL refused a statement of a file. */
  | 'failed';

/** A migration command that stopped, said for the operator who ran it. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;
  /** `NNN_name.sql`, when one file is the cause. */
  readonly file: string | undefined;

  constructor(code: MigrationErrorCode, message: string, options: { file?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'MigrationError';
    this.code = code;
    this.file = options.file;
  }
}
