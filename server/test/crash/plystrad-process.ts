import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { authSecrets } from '../../src/core/auth/index.ts';
import { findEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { readPidFile } from '../../src/platform/embedded-postgres/postmaster.ts';
import { type FolderSecrets, secretsFileName } from '../../src/platform/secrets/index.ts';
import type { Behind, LogLine } from '../harness/server.ts';

const program = join(import.meta.dirname, '../../src/plystrad.ts');

/** The server as a process of its own, with the embedded database of a data folder. */
export type PlystradProcess = {
  readonly url: string;
  /** Process id of its database. */
  readonly postmaster: number;
  /** Process id of the process that was started. */
  readonly pid: number;
  /** The request ids of all requests that it has logged so far. */
  readonly loggedRequests: ReadonlySet<string>;
  /** Everything that it has logged so far. */
  readonly logged: readonly LogLine[];
  /** What it wrote to standard output beside its log. */
  readonly said: () => string;
  /** What it wrote to standard error. */
  readonly complaints: () => string;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Whether it has not ended yet. */
  isRunning(): boolean;
  /** Waits for its end: the exit code, or null when a signal ended it. */
  ended(): Promise<number | null>;
};

type Variables = Readonly<Record<string, string>>;

/** Starts the server on a data folder and waits until it is ready. */
export async function startPlystrad(folder: string, variables: Variables = {}): Promise<PlystradProcess> {
  const launched = launchPlystrad(folder, variables);
  const url = await Promise.race([
    launched.ready,
    launched.ended().then((code) => {
      throw new Error(`plystrad ended with ${code} before it was ready: ${launched.complaints()}`);
    }),
  ]);
  return { ...launched, url, postmaster: postmasterOf(folder) ?? 0 };
}

/** Starts the server on a data folder; `ready` gives its URL, if it gets that far. */
export function launchPlystrad(
  folder: string,
  variables: Variables = {},
): Omit<PlystradProcess, 'url' | 'postmaster'> & { readonly ready: Promise<string> } {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(PLYSTRA_|DATABASE_|SERVER_|HTTP_|LOG_|npm_)/.test(name),
  );
  const child = spawn(process.execPath, [program], {
    env: { ...Object.fromEntries(inherited), SERVER_PORT: '0', PLYSTRA_DATA_DIR: folder, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'close') as Promise<[number | null]>;
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const written: Written = { loggedRequests: new Set(), logged: [], said: '' };
  return {
    pid: child.pid ?? 0,
    ready: readLog(child, written),
    loggedRequests: written.loggedRequests,
    logged: written.logged,
    said: () => written.said,
    complaints: () => complaints,
    signal: (name) => child.kill(name),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    ended: async () => (await exit)[0],
  };
}

/** The process id of the database on a data folder, as soon as it has begun to start; undefined without one. */
export function postmasterOf(folder: string): number | undefined {
  return readPidFile(join(folder, 'postgres', 'cluster'))?.pid;
}

/** Opens the database of a data folder behind the server's back. */
export async function behindPlystrad(folder: string): Promise<Behind & { end(): Promise<void> }> {
  const database = await findEmbeddedPostgres(folder);
  if (database === undefined) throw new Error(`No database runs in ${folder}.`);
  const secrets = JSON.parse(readFileSync(join(folder, secretsFileName), 'utf8')) as FolderSecrets;
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  const ring = (current: string) => ({ current, previous: [] });
  return {
    hashers: authSecrets(ring(secrets.sessionSecret), ring(secrets.apiKeySecret)).hashers,
    async sql<Row>(text: string, values: readonly unknown[] = []) {
      return (await pool.query(text, [...values])).rows as Row[];
    },
    end: () => pool.end(),
  };
}

type Written = { readonly loggedRequests: Set<string>; readonly logged: LogLine[]; said: string };

/** Reads the log for as long as the process lives; settles with the URL when the server is ready. */
function readLog(child: ChildProcess, written: Written): Promise<string> {
  if (child.stdout === null) throw new Error('The process has no output.');
  const lines = createInterface(child.stdout);
  return new Promise((resolve) => {
    lines.on('line', (text) => {
      if (!text.startsWith('{')) {
        written.said += `${text}\n`;
        return;
      }
      const line = JSON.parse(text) as LogLine;
      written.logged.push(line);
      if (line.msg === 'ready') resolve(String(line['url']));
      if (typeof line['request_id'] === 'string') written.loggedRequests.add(line['request_id']);
    });
  });
}
