import { basename, join } from 'node:path';
import { root } from '../root.ts';

/** The folders of migrations that make up a database, in the order in which they are applied. */
export const migrationChains: readonly string[] = [join(root, 'migrations/core')];

/** The name under which the database remembers a chain: that of its folder. */
export function chainName(folder: string): string {
  return basename(folder);
}

/** What a line about a migration begins with: nothing as long as there is one chain, else the name of its own. */
export function chainPrefix(folder: string, chains: readonly string[]): string {
  return chains.length === 1 ? '' : `${chainName(folder)} `;
}
