import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type DataFolder, handToOwner } from './data-folder.ts';
import { EmbeddedPostgresError, USE_OTHER_SERVER } from './embedded-postgres-error.ts';
import type { Binaries } from './native-package.ts';
import { clusterName, endOrphans } from './orphans.ts';
import { isAlive, isZombie, mayBePostgresIn, pause, waitUntilGone } from './processes.ts';
import { cannotRun, runProgram } from './run-program.ts';
import { lastLines, logSize, readLogFrom, rotateLog } from './server-log.ts';

/** The main process of a running server. */
export type Postmaster = { readonly pid: number; readonly port: number };

/** What the pid file in the cluster says, line by line as PostgreSQL documents it. */
export type PidFile = Postmaster & { readonly status: string };

const START_TIMEOUT_MS = 120_000;
const LEFTOVER_TIMEOUT_MS = 20_000;
const PORT_ATTEMPTS = 10;

/** Reads `postmaster.pid`; undefined when there is none, or none that makes sense yet. */
export function readPidFile(cluster: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number.isSafeInteger(port) ? port : 0, status: lines[7]?.trim() ?? '' };
}

/**
 * The server that already runs on this cluster, once it is ready. A server that is stopping is waited for, and a
 * pid file whose number has passed to a foreign process is removed; both give undefined.
 */
export async function findRunning(folder: DataFolder): Promise<Postmaster | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const file = readPidFile(folder.cluster);
    if (file === undefined || !isAlive(file.pid)) return undefined;
    if (!mayBePostgresIn(file.pid, folder.cluster)) {
      rmSync(join(folder.cluster, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (file.status === 'ready') return { pid: file.pid, port: file.port };
    if (performance.now() > deadline) throw startFailed(folder, 0, `Process ${file.pid} never got ready.`);
    await pause(25);
  }
}

/** Starts a server on a port of its own, in a session of its own, so that Ctrl-C in the terminal does not reach it. */
export async function startPostmaster(
  folder: DataFolder,
  binaries: Binaries,
  choosePort: () => Promise<number> = freePort,
): Promise<Postmaster> {
  rotateLog(folder.log);
  disownZombie(folder.cluster);
  const leftoverDeadline = performance.now() + LEFTOVER_TIMEOUT_MS;
  for (let attempt = 1; ; ) {
    const offset = logSize(folder.log);
    const port = await choosePort();
    const pid = await (process.platform === 'win32' ? startByPgCtl : spawnDetached)(folder, binaries, port);
    if (pid !== undefined) return { pid, port };

    const log = readLogFrom(folder.log, offset);
    if (/could not (bind|create any TCP\/IP)/.test(log) && attempt < PORT_ATTEMPTS) {
      attempt += 1;
    } else if (/pre-existing shared memory block/.test(log) && performance.now() < leftoverDeadline) {
      // Processes of a server that was killed still hold its memory; they end as soon as they notice.
      endOrphans(folder.cluster);
      await pause(100);
    } else {
      throw startFailed(folder, offset, 'It ended while starting.');
    }
  }
}

/**
 * PostgreSQL asks the system whether the number in its pid file answers, and a zombie does: it would not start until
 * the zombie is gone, which in a container without an init is never. It takes no notice of the number of its own
 * parent, so that one is put in the place. The rest of the file stays, since by it PostgreSQL makes sure that no
 * process of the killed server still writes.
 */
function disownZombie(cluster: string): void {
  const file = readPidFile(cluster);
  if (file === undefined || !isZombie(file.pid)) return;
  const path = join(cluster, 'postmaster.pid');
  const [, ...rest] = readFileSync(path, 'utf8').split('\n');
  // In place: the file goes on belonging to the user of the database.
  writeFileSync(path, [process.pid, ...rest].join('\n'), { flush: true });
}

/** Ends the server the fast way: open transactions are rolled back, everything committed is on disk. */
export async function stopPostmaster(folder: DataFolder, binaries: Binaries, pid: number): Promise<void> {
  const offset = logSize(folder.log);
  if (process.platform === 'win32') {
    const setting = { cwd: folder.home, env: binaries.env, runAs: folder.runAs };
    await runProgram(binaries.pgCtl, ['stop', '-m', 'fast', '-D', folder.cluster], setting);
  } else {
    signal(pid, 'SIGINT');
    if (await waitUntilGone(pid, 30_000)) return;
    signal(pid, 'SIGQUIT');
  }
  if (await waitUntilGone(pid, 10_000)) return;
  throw new EmbeddedPostgresError({
    code: 'STOP_FAILED',
    message: `The embedded database in ${folder.path} (process ${pid}) did not stop.`,
    hint: `End process ${pid} by hand; what was committed is safe.`,
    logTail: lastLines(readLogFrom(folder.log, offset)),
  });
}

/** A TCP port on the loopback interface that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** What must hold whatever postgresql.conf says. */
function forcedSettings(folder: DataFolder, port: number): string[] {
  const settings = [
    `port=${port}`,
    `cluster_name=${clusterName(folder.cluster)}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'update_process_title=on',
    'fsync=on',
    'full_page_writes=on',
    'synchronous_commit=on',
    'logging_collector=off',
    'log_destination=stderr',
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

/** Gives the process id once the server is ready, undefined when it ended before. */
async function spawnDetached(
  folder: DataFolder,
  binaries: Binaries,
  port: number,
): Promise<number | undefined> {
  const log = openSync(folder.log, 'a', 0o600);
  handToOwner(folder, folder.log);
  let child: ChildProcess;
  try {
    child = spawn(binaries.postgres, ['-D', folder.cluster, ...forcedSettings(folder, port)], {
      cwd: folder.home,
      env: binaries.env,
      ...folder.runAs,
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
  const failure = new Promise<never>((_resolve, reject) => child.once('error', (e) => reject(cannotRun(e))));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let running = true;
  void ended.then(() => {
    running = false;
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (running) {
    const file = readPidFile(folder.cluster);
    if (file !== undefined && file.pid === child.pid && file.status === 'ready') {
      child.unref();
      return file.pid;
    }
    if (performance.now() > deadline) {
      child.kill('SIGQUIT');
      await ended;
      return undefined;
    }
    await Promise.race([ended, failure, pause(10)]);
  }
  return undefined;
}

/** On Windows PostgreSQL refuses an administrator's rights, and only pg_ctl knows how to lay them down. */
async function startByPgCtl(
  folder: DataFolder,
  binaries: Binaries,
  port: number,
): Promise<number | undefined> {
  const options = forcedSettings(folder, port).join(' ');
  const args = ['start', '-w', '-D', folder.cluster, '-l', folder.log, '-o', options];
  const setting = { cwd: folder.home, env: binaries.env, runAs: folder.runAs };
  const { code } = await runProgram(binaries.pgCtl, args, setting);
  return code === 0 ? readPidFile(folder.cluster)?.pid : undefined;
}

function startFailed(folder: DataFolder, offset: number, reason: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError({
    code: 'START_FAILED',
    message: `The embedded database in ${folder.path} did not start. ${reason}`,
    hint: `The whole log is in ${folder.log}. If it cannot be put right, ${USE_OTHER_SERVER}.`,
    logTail: lastLines(readLogFrom(folder.log, offset)),
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already: what was wanted.
  }
}
