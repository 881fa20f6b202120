import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../../..');

/** A fenced block of a page, in the order of the page. */
export type Block = { readonly language: string; readonly text: string };

/** The fenced blocks of a page. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The text of a page of this repository. */
export function pageAt(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The pages that people read: those of the root, of docs/ and of openapi/. */
export function pagePaths(): readonly string[] {
  const inFolder = (folder: string) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  return [...inFolder('.'), ...inFolder('docs'), ...inFolder('openapi')];
}
