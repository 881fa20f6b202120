import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKSUMS_FILE, formatChecksums, readMigrationFiles } from '../../src/platform/migrations/index.ts';

/** What a run of the command left behind. */
export type Run = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** How to run it: on which database or data folder, and on which chains instead of the product's own. */
export type RunSetting = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly chains?: readonly string[];
};

/** A run under way. */
export type Running = {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
  /** Resolves when stderr holds this text; rejects when the run ends before. */
  saw(text: string): Promise<void>;
};

/** The variables of a server on this database. */
export function on(url: string): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: url,
    PLYSTRA_SESSION_SECRET: 'a session secret of thirty-two and more',
    PLYSTRA_API_KEY_SECRET: 'an api key secret of thirty-two and more',
  };
}

/** Starts the real command in a process of its own, with nothing of this process's environment but the path. */
export function startPlystractl(args: readonly string[], { environment, chains }: RunSetting = {}): Running {
  const entry = chains === undefined ? '../../src/plystractl.ts' : 'plystractl-on-chains.ts';
  const child = spawn(process.execPath, [join(import.meta.dirname, entry), ...args], {
    env: { PATH: process.env['PATH'] ?? '', TEST_CHAINS: JSON.stringify(chains ?? []), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      child.emit('said');
    });
  }
  const ended = once(child, 'close').then(
    ([exitCode]): Run => ({ exitCode: exitCode as number | null, ...text }),
  );
  return {
    child,
    ended,
    async saw(wanted) {
      while (!text.stderr.includes(wanted)) {
        const gone = await Promise.race([once(child, 'said').then(() => false), ended.then(() => true)]);
        if (gone && !text.stderr.includes(wanted)) throw new Error(`It ended, and said only: ${text.stderr}`);
      }
    },
  };
}

/** Runs the real command to its end. */
export function plystractl(args: readonly string[], setting: RunSetting = {}): Promise<Run> {
  return startPlystractl(args, setting).ended;
}

/** The document that a run with `--json` printed. */
export function jsonOf(run: Run): Record<string, unknown> {
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

/** Writes a chain of migrations with its checksums and an empty snapshot, and gives its folder. */
export async function writeChain(
  parent: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  for (const [file, sql] of Object.entries(files)) await writeFile(join(folder, file), sql);
  await writeFile(join(folder, CHECKSUMS_FILE), formatChecksums(await readMigrationFiles(folder)));
  return folder;
}
