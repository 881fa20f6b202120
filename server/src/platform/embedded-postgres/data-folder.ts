import { createHash } from 'node:crypto';
import { chmodSync, lchownSync, mkdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError, USE_OTHER_SERVER } from './embedded-postgres-error.ts';

/** A user and group of the operating system, by number. */
export type SystemUser = { readonly uid: number; readonly gid: number };

/** Where the embedded database keeps its things, and as whom it runs. */
export type DataFolder = {
  /** The folder itself, with symbolic links resolved. */
  readonly path: string;
  /** True when the wanted folder was out of reach and this one is in the system's state directory. */
  readonly relocated: boolean;
  /** The folder of everything that belongs to PostgreSQL. */
  readonly home: string;
  readonly cluster: string;
  readonly log: string;
  readonly password: string;
  /** The user to run PostgreSQL as when this process is root (PostgreSQL refuses root); undefined: as ourselves. */
  readonly runAs: SystemUser | undefined;
};

/** nobody/nogroup: an account that every Linux system has, without rights of its own. */
const NOBODY: SystemUser = { uid: 65534, gid: 65534 };
const STATE_DIRECTORY = '/var/lib/plystra';

/**
 * Decides where the data of this wanted folder lives. Creates nothing. As root, a folder that the unprivileged
 * user cannot reach (an ancestor without passage, as a home of mode 700) is replaced by one in the system's state
 * directory, whose name is derived from the wanted path.
 */
export function resolveDataFolder(wanted: string): DataFolder {
  const path = realPath(resolve(wanted));
  // PostgreSQL's pid file is made of lines, and the loader's library path of parts between colons.
  if (process.platform !== 'win32' && /[:;\n\r]/.test(path)) {
    throw unusable(path, 'Its path contains a colon, a semicolon or a line break.', 'Choose another folder');
  }
  if (!statSync(nearestExisting(path)).isDirectory()) {
    throw unusable(path, `${nearestExisting(path)} is not a folder.`, 'Choose another folder');
  }
  if (process.getuid?.() !== 0) return layOut(path, false, undefined);

  const runAs = ownerOfCluster(path) ?? NOBODY;
  if (canReach(dirname(path), runAs)) return layOut(path, false, runAs);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
  const other = realPath(join(STATE_DIRECTORY, hash));
  return layOut(other, true, ownerOfCluster(other) ?? NOBODY);
}

/** Makes the folders that are missing, private to their owner, and passable for the database's user if it differs. */
export function createDataFolder(folder: DataFolder): void {
  try {
    const created = mkdirSync(folder.home, { recursive: true, mode: 0o700 });
    if (folder.runAs === undefined) return;
    // Only what lies in the data folder, and ancestors that were made just now: other people's stay as they are.
    const top = created !== undefined && created.length < folder.path.length ? created : folder.path;
    for (let path = folder.home; path.length >= top.length; path = dirname(path)) {
      chmodSync(path, (statSync(path).mode & 0o777) | 0o011);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(folder.path, `${reason}.`, 'Start as the user that owns it, choose another folder', error);
  }
}

/** Gives a file that root has just made to the owner of the folder, so that this owner can start without root later. */
export function handToOwner(folder: DataFolder, path: string): void {
  const { uid, gid } = statSync(folder.home);
  if (process.getuid?.() === 0 && uid !== 0) lchownSync(path, uid, gid);
}

/** Whether the user can pass through this folder and all above it, going by owner, group and mode. */
export function canReach(path: string, user: SystemUser): boolean {
  for (let current = nearestExisting(path); ; current = dirname(current)) {
    const stats = statSync(current, { throwIfNoEntry: false });
    if (stats === undefined || !mayPass(stats, user)) return false;
    if (current === dirname(current)) return true;
  }
}

function mayPass(stats: Stats, user: SystemUser): boolean {
  if (stats.uid === user.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === user.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}

function layOut(path: string, relocated: boolean, runAs: SystemUser | undefined): DataFolder {
  const home = join(path, 'postgres');
  return {
    path,
    relocated,
    home,
    cluster: clusterOf(path),
    log: join(home, 'server.log'),
    password: join(home, 'password'),
    runAs,
  };
}

function clusterOf(path: string): string {
  return join(path, 'postgres', 'cluster');
}

/** A cluster made earlier by a normal user goes on under that user, also when root starts it. */
function ownerOfCluster(path: string): SystemUser | undefined {
  const stats = statSync(clusterOf(path), { throwIfNoEntry: false });
  return stats === undefined || stats.uid === 0 ? undefined : { uid: stats.uid, gid: stats.gid };
}

function nearestExisting(path: string): string {
  let current = path;
  while (statSync(current, { throwIfNoEntry: false }) === undefined && current !== dirname(current)) {
    current = dirname(current);
  }
  return current;
}

function realPath(path: string): string {
  const existing = nearestExisting(path);
  if (existing === path) return realpathSync(path);
  return join(realPath(dirname(path)), basename(path));
}

function unusable(path: string, reason: string, advice: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError({
    code: 'FOLDER_UNUSABLE',
    message: `The data folder ${path} cannot be used. ${reason}`,
    hint: `${advice}, or ${USE_OTHER_SERVER}.`,
    cause,
  });
}
