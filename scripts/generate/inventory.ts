import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Generated } from './pipeline.ts';

/** The list of all generated files, below the root. It is generated itself and names itself. */
export const inventoryFile = 'scripts/generate/inventory.json';

/** A difference between what is generated and what lies on the disk. */
export interface Drift {
  path: string;
  kind: 'missing' | 'stale' | 'differs';
  /** First line that differs, counted from 1, with both sides. */
  line?: { number: number; expected: string; found: string };
}

/** The generated files with the inventory among them. */
function withInventory({ files }: Generated): Map<string, string> {
  const paths = [...files.keys(), inventoryFile].sort();
  return new Map([...files, [inventoryFile, `${JSON.stringify(paths, null, 2)}\n`]]);
}

/** Files that were generated once and are not any more: in the old inventory, or in a folder that is generated whole. */
function staleFiles(root: string, { files, folders }: Generated): string[] {
  const old = existsSync(join(root, inventoryFile))
    ? (JSON.parse(readFileSync(join(root, inventoryFile), 'utf8')) as string[])
    : [];
  const found = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(root.length + 1)
            .replaceAll('\\', '/'),
        ),
    );
  const gone = (path: string): boolean =>
    path !== inventoryFile && !files.has(path) && existsSync(join(root, path));
  return [...new Set([...old, ...found])].filter(gone).sort();
}

/** Writes what differs and removes stale files. Gives the paths that it changed. */
export async function writeGenerated(root: string, generated: Generated): Promise<string[]> {
  const stale = staleFiles(root, generated);
  for (const path of stale) await rm(join(root, path));
  const changed: string[] = [];
  for (const [path, text] of withInventory(generated)) {
    const file = join(root, path);
    if (existsSync(file) && (await readFile(file, 'utf8')) === text) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    changed.push(path);
  }
  return [...changed, ...stale].sort();
}

/** Compares what is generated with the disk and changes nothing. */
export async function findDrift(root: string, generated: Generated): Promise<Drift[]> {
  const drift: Drift[] = staleFiles(root, generated).map((path) => ({ path, kind: 'stale' }));
  for (const [path, text] of withInventory(generated)) {
    const file = join(root, path);
    if (!existsSync(file)) drift.push({ path, kind: 'missing' });
    else {
      const line = firstDifference(text, await readFile(file, 'utf8'));
      if (line !== null) drift.push({ path, kind: 'differs', line });
    }
  }
  return drift.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function firstDifference(expected: string, found: string): NonNullable<Drift['line']> | null {
  if (expected === found) return null;
  const [left, right] = [expected.split('\n'), found.split('\n')];
  let index = 0;
  while (index < left.length && left[index] === right[index]) index += 1;
  return { number: index + 1, expected: left[index] ?? '', found: right[index] ?? '' };
}

/** A drift in one line, or in three where a line differs. */
export function printDrift({ path, kind, line }: Drift): string {
  if (line === undefined) return `${kind.padEnd(8)} ${path}`;
  const cut = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
  return `${kind.padEnd(8)} ${path}:${line.number}\n  generated: ${cut(line.expected)}\n  on disk:   ${cut(line.found)}`;
}
