import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from '../generate/openapi.ts';
import { nothing, type Tally } from './tally.ts';
import { withLinks } from './with-links.ts';

const root = join(import.meta.dirname, '../..');

/** What a run of Schemathesis needs. */
export type FuzzRun = {
  readonly baseUrl: string;
  readonly deskUrl: string;
  readonly seed: number;
  /** Arguments that are passed on. */
  readonly more: readonly string[];
};

/** Runs Schemathesis to its end; gives its exit code, and what was counted. */
export async function runSchemathesis(
  program: string,
  { baseUrl, deskUrl, seed, more }: FuzzRun,
): Promise<{ readonly exitCode: number; readonly tally: Tally }> {
  const folder = mkdtempSync(join(tmpdir(), 'plystra-fuzz-run-'));
  const contractFile = join(folder, 'core.openapi.json');
  const tallyFile = join(folder, 'tally.json');
  const contract = JSON.parse(readFileSync(join(root, 'openapi/dist/core.openapi.json'), 'utf8')) as Document;
  writeFileSync(contractFile, JSON.stringify(withLinks(contract)));
  const args = [
    '--config-file',
    join(import.meta.dirname, 'schemathesis.toml'),
    'run',
    contractFile,
    '--checks',
    'all',
    '--seed',
    String(seed),
    ...more,
  ];
  const child = spawn(program, args, {
    // Schemathesis and Hypothesis keep files in the working directory.
    cwd: folder,
    env: {
      ...process.env,
      FUZZ_BASE_URL: baseUrl,
      FUZZ_DESK_URL: deskUrl,
      FUZZ_TALLY_FILE: tallyFile,
      SCHEMATHESIS_HOOKS: 'hooks',
      PYTHONPATH: import.meta.dirname,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const pass = (): void => {
    child.kill('SIGINT');
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);
  const [code] = await once(child, 'exit');
  process.off('SIGINT', pass).off('SIGTERM', pass);
  const tally = existsSync(tallyFile) ? (JSON.parse(readFileSync(tallyFile, 'utf8')) as Tally) : nothing;
  rmSync(folder, { recursive: true, force: true });
  return { exitCode: typeof code === 'number' ? code : 1, tally };
}
