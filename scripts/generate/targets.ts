import type { Contract } from './contracts.ts';
import { printServer, serverFolder } from './server/index.ts';

/** Something that is generated from the contracts. */
export interface Target {
  name: string;
  /** Folders below the root in which every file is generated: what else lies there is stale. */
  folders: readonly string[];
  /** Prints all files of the target: paths below the root and contents. No file is written here. */
  print: (contracts: readonly Contract[]) => Promise<Map<string, string>>;
}

/** All targets. An SDK joins here. */
export const targets: readonly Target[] = [{ name: 'server', folders: [serverFolder], print: printServer }];
