import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The release that the configuration and the hooks are written for. */
const VERSION = '4.32.5';
const root = join(import.meta.dirname, '../..');

/**
 * Installs Schemathesis into a virtual environment below `.cache`, unless it is there, and gives its program.
 * Throws when Python 3.10 or newer with venv is missing, or the installation fails.
 */
export async function installSchemathesis(): Promise<string> {
  const folder = join(root, '.cache', `schemathesis-${VERSION}`);
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  try {
    await run(process.env['PYTHON'] ?? 'python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return program;
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, [...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}.`);
}
