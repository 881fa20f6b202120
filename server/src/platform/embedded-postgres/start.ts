import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { DATABASE, databaseUrl, ensureCluster } from './cluster.ts';
import { createDataFolder, type DataFolder, resolveDataFolder } from './data-folder.ts';
import { alreadyRunning, EmbeddedPostgresError, USE_OTHER_SERVER } from './embedded-postgres-error.ts';
import { type Binaries, findNativePackage, type NativePackage, prepareBinaries } from './native-package.ts';
import { type LossReason, type Ownership, takeOwnership } from './ownership.ts';
import { findRunning, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { isAlive, waitUntilGone } from './processes.ts';
import { acquireStartLock } from './start-lock.ts';

/** A running embedded database that belongs to this process. */
export type EmbeddedPostgres = {
  /** Connection URL of the database `plystra`; holds the password. */
  readonly url: string;
  /** The folder that is really used: another than the wanted one after a relocation. */
  readonly dataFolder: string;
  /** Process id of the server. */
  readonly pid: number;
  /** Made just now, started on existing data, or found running without an owner. */
  readonly state: 'initialised' | 'started' | 'adopted';
  /** Stops the server (fast shutdown) and waits for it; may be called more than once. */
  stop(): Promise<void>;
};

/** What `startEmbeddedPostgres` takes. */
export type EmbeddedPostgresOptions = {
  /** Where the data is to live; created when missing. */
  readonly dataFolder: string;
  /** The PostgreSQL to run; by default the installed package. */
  readonly native?: NativePackage;
  /** Told the real folder when the wanted one cannot be reached by the user that PostgreSQL runs as. */
  readonly onRelocated?: (folder: string) => void;
  /** Told once when the database has stopped by itself or another process took it over. Never called by `stop`. */
  readonly onLost?: (reason: LossReason) => void;
};

/**
 * Starts the embedded PostgreSQL on a data folder, or adopts the one that a crashed owner left running, and
 * makes this process its only owner.
 * @throws EmbeddedPostgresError `ALREADY_RUNNING` when a live process owns it or is starting it, and for every
 * other reason that it cannot run, with PostgreSQL's own last words.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const native = options.native ?? findNativePackage();
  const folder = resolveDataFolder(options.dataFolder);
  createDataFolder(folder);
  if (folder.relocated) options.onRelocated?.(folder.path);

  const attempt = acquireStartLock(folder.home);
  if ('heldBy' in attempt) throw alreadyRunning(folder.path, attempt.heldBy);
  try {
    return await startLocked(folder, prepareBinaries(native, folder), options);
  } catch (error) {
    throw error instanceof EmbeddedPostgresError ? error : unexpected(folder, error);
  } finally {
    attempt.lock.release();
  }
}

/**
 * The URL of the database in this folder if a server runs on it now, owned by whichever process; undefined if
 * not. For tools that work beside a running server.
 */
export async function findEmbeddedPostgres(
  dataFolder: string,
): Promise<{ readonly url: string; readonly dataFolder: string } | undefined> {
  const folder = resolveDataFolder(dataFolder);
  const running = await findRunning(folder);
  return running && { url: databaseUrl(folder, running.port), dataFolder: folder.path };
}

async function startLocked(
  folder: DataFolder,
  binaries: Binaries,
  options: EmbeddedPostgresOptions,
  attempt = 1,
): Promise<EmbeddedPostgres> {
  const survivor = await findRunning(folder);
  const initialised = survivor === undefined && (await ensureCluster(folder, binaries));
  const postmaster = survivor ?? (await startPostmaster(folder, binaries));
  try {
    const ownership = await own(folder, postmaster, options);
    await ensureDatabase(databaseUrl(folder, postmaster.port, 'postgres'));
    const state = survivor ? 'adopted' : initialised ? 'initialised' : 'started';
    return describe(folder, binaries, postmaster, ownership, state);
  } catch (error) {
    if (survivor === undefined) await stopPostmaster(folder, binaries, postmaster.pid);
    else if (!(error instanceof EmbeddedPostgresError) && (await waitUntilGone(survivor.pid, 1_000))) {
      // It was found in the moment of its end.
      return startLocked(folder, binaries, options);
    } else if (isRecovering(error) && attempt < recoveryAttempts) {
      await setTimeout(recoveryPauseMs);
      return startLocked(folder, binaries, options, attempt + 1);
    }
    throw error;
  }
}

const recoveryPauseMs = 100;
/** A minute: recovery replays what was written since the last checkpoint. */
const recoveryAttempts = 600;

/** After the crash of one of its processes a server recovers and lets nobody in meanwhile (cannot_connect_now). */
function isRecovering(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57P03';
}

async function own(
  folder: DataFolder,
  postmaster: Postmaster,
  options: EmbeddedPostgresOptions,
): Promise<Ownership> {
  const result = await takeOwnership({
    url: databaseUrl(folder, postmaster.port, 'postgres'),
    postmasterPid: postmaster.pid,
    onLost: options.onLost,
  });
  if ('heldBy' in result) throw alreadyRunning(folder.path, result.heldBy);
  return result.ownership;
}

function describe(
  folder: DataFolder,
  binaries: Binaries,
  postmaster: Postmaster,
  ownership: Ownership,
  state: EmbeddedPostgres['state'],
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    ownership.expectEnd();
    // The lock is kept until the server has gone: freed earlier, another process could adopt it first.
    if (ownership.held || (await isOurs(folder, postmaster))) {
      await stopPostmaster(folder, binaries, postmaster.pid);
    }
    await ownership.release();
  };
  return {
    url: databaseUrl(folder, postmaster.port),
    dataFolder: folder.path,
    pid: postmaster.pid,
    state,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Whether a server whose connection to us broke is still ours to stop: alive, and taken by nobody since. */
async function isOurs(folder: DataFolder, postmaster: Postmaster): Promise<boolean> {
  if (!isAlive(postmaster.pid)) return false;
  const url = databaseUrl(folder, postmaster.port, 'postgres');
  const result = await takeOwnership({ url, postmasterPid: postmaster.pid }).catch(() => undefined);
  if (result === undefined) return true;
  if ('heldBy' in result) return false;
  result.ownership.expectEnd();
  return true;
}

/** A start that was cut off after the cluster was made may have left it without our database. */
async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'plystra start' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function unexpected(folder: DataFolder, error: unknown): EmbeddedPostgresError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EmbeddedPostgresError({
    code: 'START_FAILED',
    message: `The embedded database in ${folder.path} could not be used: ${reason}.`,
    hint: `PostgreSQL's log is in ${folder.log}. If it cannot be put right, ${USE_OTHER_SERVER}.`,
    cause: error,
  });
}
