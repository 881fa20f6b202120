import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.ts';
import { commands } from './commands.ts';
import { Interrupted } from './failure.ts';
import { runCommandLine } from './run-command-line.ts';

/** Runs the command line of this process on these folders of migrations, and sets its exit code. */
export async function runProcess(chains: readonly string[]): Promise<void> {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A second request changes nothing: the first is ending things in order, a database among them.
    process.on(name, () => ending.abort(new Interrupted(name)));
  }
  let unwritten = false;
  for (const stream of [process.stdout, process.stderr]) {
    // Output that cannot be written must not end a migration half-way; a reader that has gone (`| head`) is no failure.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') unwritten = true;
    });
  }
  const release = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const exitCode = await runCommandLine({
    args: process.argv.slice(2),
    commands,
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: ending.signal,
    chains,
    version: release.version,
  });
  process.exitCode = exitCode === 0 && unwritten ? 1 : exitCode;
  // A connection that was being made may still hold the process.
  if (ending.signal.aborted) process.exit();
}
