import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  configJsonSchema,
  configurationPageText,
  envExampleText,
} from '../server/src/platform/config/index.ts';

/** A file that is made from the table of configuration variables. */
export type ConfigDocument = { readonly path: string; readonly text: string };

/** All of them, with paths relative to the root of the repository. */
export function configDocuments(): ConfigDocument[] {
  return [
    { path: '.env.example', text: envExampleText() },
    { path: 'docs/configuration.md', text: configurationPageText() },
    { path: 'docs/configuration.schema.json', text: `${JSON.stringify(configJsonSchema(), null, 2)}\n` },
  ];
}

/** Writes the documents below `root`. */
export async function writeConfigDocuments(root: string): Promise<void> {
  for (const { path, text } of configDocuments()) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

/** The paths of the documents below `root` that are missing or not as the table would have them. */
export async function driftedConfigDocuments(root: string): Promise<string[]> {
  const drifted: string[] = [];
  for (const { path, text } of configDocuments()) {
    const found = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (found !== text) drifted.push(path);
  }
  return drifted;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  if (process.argv.includes('--check')) {
    const drifted = await driftedConfigDocuments(root);
    if (drifted.length > 0) {
      process.stderr.write(`Out of date: ${drifted.join(', ')}. Run: node scripts/config-docs.ts\n`);
      process.exitCode = 1;
    }
  } else {
    await writeConfigDocuments(root);
  }
}
