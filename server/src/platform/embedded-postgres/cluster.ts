import { randomBytes, randomUUID } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from './data-folder.ts';
import { EmbeddedPostgresError, USE_OTHER_SERVER } from './embedded-postgres-error.ts';
import type { Binaries } from './native-package.ts';
import { runProgram } from './run-program.ts';
import { lastLines } from './server-log.ts';

/** The role that owns everything in the embedded database, and the name of the database. */
export const ROLE = 'plystra';
export const DATABASE = 'plystra';

/** Settings that a reader of postgresql.conf may change; what safety rests on is given on the command line. */
const DEFAULTS = {
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '512MB',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  log_checkpoints: 'off',
  // The server reports its own state; errors of statements, which may quote people's data, are the caller's.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
} as const;

/**
 * Makes the database cluster if there is none; true when it did. An attempt that was cut off leaves nothing that
 * a later one takes for a cluster: it is made beside its place and renamed when complete.
 */
export async function ensureCluster(folder: DataFolder, binaries: Binaries): Promise<boolean> {
  sweepDrafts(folder);
  if (existsSync(folder.cluster)) {
    checkCluster(folder, binaries);
    return false;
  }
  // A name of its own: an initdb that outlived its killed starter may still be writing to the last draft.
  const draft = `${folder.cluster}.draft.${randomUUID()}`;
  mkdirSync(draft, { mode: 0o700 });
  if (folder.runAs) chownSync(draft, folder.runAs.uid, folder.runAs.gid);

  const passwordForInit = join(folder.home, 'password.init');
  writePrivate(folder.password, randomBytes(24).toString('base64url'));
  writePrivate(passwordForInit, readPassword(folder));
  if (folder.runAs) chownSync(passwordForInit, folder.runAs.uid, folder.runAs.gid);
  try {
    const args = initArguments(draft, passwordForInit, binaries.major);
    const setting = { cwd: folder.home, env: binaries.env, runAs: folder.runAs };
    const { code, output } = await runProgram(binaries.initdb, args, setting);
    if (code !== 0) throw initFailed(folder, output);
  } finally {
    rmSync(passwordForInit, { force: true });
  }
  renameSync(draft, folder.cluster);
  syncFolder(folder.home);
  return true;
}

/** The connection URL of one database of the cluster; holds the password. */
export function databaseUrl(folder: DataFolder, port: number, database: string = DATABASE): string {
  return `postgresql://${ROLE}:${readPassword(folder)}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

function sweepDrafts(folder: DataFolder): void {
  for (const name of readdirSync(folder.home)) {
    if (!name.startsWith('cluster.draft.')) continue;
    try {
      rmSync(join(folder.home, name), { recursive: true, force: true });
    } catch {
      // Still being written to; a later start will find it.
    }
  }
}

/** The release from which on the locale provider `builtin` is there. */
const BUILTIN_LOCALES_SINCE = 17;

function initArguments(cluster: string, passwordFile: string, major: string): string[] {
  const builtin = Number(major) >= BUILTIN_LOCALES_SINCE;
  return [
    `--pgdata=${cluster}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Strings sort by code point, as in locale C, but upper and lower case are those of Unicode.
    '--locale=C',
    ...(builtin ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    ...Object.entries(DEFAULTS).map(([name, value]) => `--set=${name}=${value}`),
  ];
}

function checkCluster(folder: DataFolder, binaries: Binaries): void {
  let version: string;
  try {
    version = readFileSync(join(folder.cluster, 'PG_VERSION'), 'utf8').trim();
    readPassword(folder);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedPostgresError({
      code: 'FOLDER_UNUSABLE',
      message: `The data folder ${folder.path} holds an incomplete database. ${reason}.`,
      hint: `Restore the folder from a backup, start as the user that owns it, or choose another folder.`,
      cause,
    });
  }
  if (version === binaries.major) return;
  throw new EmbeddedPostgresError({
    code: 'VERSION_MISMATCH',
    message: `The data folder ${folder.path} was made by PostgreSQL ${version}; this is PostgreSQL ${binaries.major}.`,
    hint: `Make a backup with the Plystra version that made the folder, then restore it into a new one; or ${USE_OTHER_SERVER}.`,
  });
}

function readPassword(folder: DataFolder): string {
  return readFileSync(folder.password, 'utf8').trim();
}

/** Written and on disk before the cluster that depends on it. */
function writePrivate(path: string, content: string): void {
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function initFailed(folder: DataFolder, output: string): EmbeddedPostgresError {
  const nameless = output.includes('could not look up effective user ID');
  return new EmbeddedPostgresError({
    code: 'INIT_FAILED',
    message: `The embedded database could not be created in ${folder.path}.`,
    hint: nameless
      ? `Start as a user that has an entry in /etc/passwd, or ${USE_OTHER_SERVER}.`
      : `Check the free space and the permissions of the folder, or ${USE_OTHER_SERVER}.`,
    logTail: lastLines(output),
  });
}
