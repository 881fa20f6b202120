import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(
  new URL('../../src/platform/embedded-postgres/index.ts', import.meta.url).pathname,
).href;

/** What an owner process says after its start: the database it got, or how it was refused. */
export type OwnerAnswer = {
  readonly state?: 'initialised' | 'started' | 'adopted';
  readonly url: string;
  readonly dataFolder: string;
  readonly pid: number;
  readonly code?: string;
  readonly message: string;
  readonly ownerPid?: number;
};

/** A process of its own that starts the embedded database on a folder and then waits. */
export type Owner = {
  readonly pid: number;
  readonly answer: OwnerAnswer;
  /** Lets it stop the database and end. */
  finish(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
};

/** Runs in the child. `process.setuid` comes after the imports: the user need not reach our sources. */
const PROGRAM = `
  const [folder, module, uid] = process.argv.slice(1);
  const { startEmbeddedPostgres } = await import(module);
  if (uid) { process.setgroups([]); process.setgid(Number(uid)); process.setuid(Number(uid)); }
  const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
  try {
    const database = await startEmbeddedPostgres({ dataFolder: folder });
    process.stdin.once('end', () => database.stop().then(() => process.exit(0)));
    process.stdin.resume();
    say(database);
  } catch (error) {
    say({ code: error.code, message: error.message, ownerPid: error.ownerPid });
  }
`;

/** Starts an owner, as another user if a uid is given, and waits for its answer. */
export async function startOwner(dataFolder: string, uid?: number): Promise<Owner> {
  const args = ['--input-type=module', '-e', PROGRAM, dataFolder, MODULE, uid === undefined ? '' : `${uid}`];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  if (child.stdout === null) throw new Error('The owner process has no output.');
  const line = (await Promise.race([once(createInterface(child.stdout), 'line'), exit]))[0];
  if (typeof line !== 'string') throw new Error(`The owner process ended without an answer (${line}).`);
  return {
    pid: child.pid ?? 0,
    answer: JSON.parse(line) as OwnerAnswer,
    async finish() {
      child.stdin?.end();
      await exit;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
