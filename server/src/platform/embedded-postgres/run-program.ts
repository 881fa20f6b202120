import { spawn } from 'node:child_process';
import type { SystemUser } from './data-folder.ts';
import { EmbeddedPostgresError, USE_OTHER_SERVER } from './embedded-postgres-error.ts';

/** How a program ended: its exit code (null when a signal ended it) and all that it wrote. */
export type ProgramResult = { readonly code: number | null; readonly output: string };

/** As whom, where and with which environment a program runs. */
export type ProgramSetting = {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly runAs: SystemUser | undefined;
};

/** Runs a program of the PostgreSQL package to its end. Throws `UNSUPPORTED_PLATFORM` or `START_FAILED` if it cannot be run. */
export function runProgram(
  program: string,
  args: readonly string[],
  setting: ProgramSetting,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const { cwd, env, runAs } = setting;
    const child = spawn(program, args, {
      cwd,
      env,
      ...runAs,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => reject(cannotRun(error)));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Says why a program of the package could not even be started, and what to do about it. */
export function cannotRun(error: NodeJS.ErrnoException): EmbeddedPostgresError {
  // The file is there; ENOENT then means that its loader is missing (musl systems such as Alpine).
  if (error.code === 'ENOENT' || error.code === 'ENOEXEC') {
    return new EmbeddedPostgresError({
      code: 'UNSUPPORTED_PLATFORM',
      message: 'The embedded PostgreSQL cannot run here: on Linux it needs a system with glibc.',
      hint: `On Alpine and other musl systems, ${USE_OTHER_SERVER}.`,
      cause: error,
    });
  }
  return new EmbeddedPostgresError({
    code: 'START_FAILED',
    message: `The embedded PostgreSQL could not be run: ${error.message}.`,
    hint: `Started as root, Plystra must be allowed to change to user 65534; otherwise start as a normal user, or ${USE_OTHER_SERVER}.`,
    cause: error,
  });
}
