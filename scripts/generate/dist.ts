import { stringify } from 'yaml';
import type { Contract } from './contracts.ts';
import { origin } from './print.ts';

/** Folder of the bundled contracts below the root. Everything in it is generated. */
export const distFolder = 'openapi/dist';

/** Path of a bundled contract below the root. */
export function distPath(name: string, format: 'json' | 'yaml'): string {
  return `${distFolder}/${name}.openapi.${format}`;
}

/** The bundled contracts as JSON and YAML. JSON has no comments: its origin is in the inventory alone. */
export function printDist(contracts: readonly Contract[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, document } of contracts) {
    files.set(distPath(name, 'json'), `${JSON.stringify(document, null, 2)}\n`);
    // Readers of YAML 1.1 take a bare 2026-05-06T08:00:00Z for a date: with its schema such strings are quoted.
    const yaml = stringify(document, { schema: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
    files.set(distPath(name, 'yaml'), `# ${origin(`openapi/${name}`)}\n${yaml}`);
  }
  return files;
}
