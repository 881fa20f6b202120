import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { closeFolders, newFolder } from '../harness/database-folder.ts';

const root = join(import.meta.dirname, '../../..');

/** How a program ended, and what it printed. */
export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The server as a process of its own, started as `npm start` does it, in a folder of its own. */
export type ServerProcess = {
  readonly url: string;
  /** Where it was started; the data folder is `.plystra` in it. */
  readonly cwd: string;
  /** Runs a program beside it, with the address of the server in the environment. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Runs the demo. */
  demo(env?: Readonly<Record<string, string>>): Promise<Ran>;
  stop(): Promise<void>;
};

/** Starts it on a data folder that does not exist yet, and waits until it says that it is ready. */
export async function startServerProcess(): Promise<ServerProcess> {
  const cwd = dirname(newFolder('.plystra'));
  const child = spawn(process.execPath, [join(root, 'server/src/plystrad.ts')], {
    cwd,
    env: { ...plainEnvironment(), SERVER_PORT: '0', LOG_LEVEL: 'fatal' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await addressOf(child);
  const run: ServerProcess['run'] = (program, args, env = {}) =>
    runProgram(program, args, cwd, { PLYSTRA_BASE_URL: url, ...env });
  return {
    url,
    cwd,
    run,
    demo: (env) => run(process.execPath, [join(root, 'scripts/demo.ts')], env),
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      await closeFolders();
    },
  };
}

/** Runs a program to its end, whatever its exit code. */
export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...plainEnvironment(), ...env } };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** Nothing of the variables that configure a server or the demo comes in from outside. */
function plainEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', LANG: 'C.UTF-8' };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Address\s+(\S+)\/api\/v1/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`The server ended before it was ready:\n${output}`)));
  });
}
