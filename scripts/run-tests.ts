import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const setup = '--test-global-setup=server/test/harness/database-global-setup.ts';

/**
 * Runs the test files of these patterns, one after the other, with variables beside those of this process. Gives the
 * exit code. Whoever ends this process ends the tests.
 */
export async function runTests(
  patterns: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(process.execPath, ['--test', '--test-concurrency=1', setup, ...patterns], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...variables },
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  const pass = (): void => {
    child.kill('SIGTERM');
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);
  const [code] = await ended;
  return typeof code === 'number' ? code : 1;
}
