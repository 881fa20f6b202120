import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const cli = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js');

/** Runs the Redocly CLI in `root` under this Node. Throws with its output when it does not exit with 0. */
async function redocly(root: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cli, ...args, '--config', 'openapi/redocly.yaml'], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  if (code !== 0) throw new Error(`redocly ${args.join(' ')} failed:\n${output.trim()}`);
}

/**
 * Lints the files by hand. Their error responses do not exist yet: nobody can ask for a 4xx there, and the envelope of
 * errors has no use.
 */
export async function lintSources(root: string, files: readonly string[]): Promise<void> {
  await redocly(root, [
    'lint',
    ...files,
    '--skip-rule',
    'operation-4xx-response',
    '--skip-rule',
    'no-unused-components',
  ]);
}

/** Lints expanded contracts with all rules. */
export async function lintBundles(root: string, files: readonly string[]): Promise<void> {
  await redocly(root, ['lint', ...files]);
}

/** Bundles a contract into one JSON file. Two schemas of one name are an error. */
export async function bundle(root: string, source: string, output: string): Promise<void> {
  await redocly(root, ['bundle', source, '-o', output, '--component-renaming-conflicts-severity=error']);
}
