import type { ContractName } from './contracts.ts';
import { findDrift, printDrift, writeGenerated } from './inventory.ts';
import { generate } from './pipeline.ts';

/** What a run does and where it tells about it. */
export interface RunOptions {
  /** Root of the repository. */
  root: string;
  /** Contracts to read; all by default. */
  contracts?: readonly ContractName[];
  /** Compare with the disk and write nothing. */
  check: boolean;
  /** Takes lines about what was done. */
  out: (line: string) => void;
  /** Takes lines about what is wrong. */
  err: (line: string) => void;
}

/** Generates and writes, or compares. Gives the exit code: 0, or 1 when something is wrong or has drifted. */
export async function run({ check, out, err, ...options }: RunOptions): Promise<0 | 1> {
  try {
    const generated = await generate({ ...options, log: out });
    if (!check) {
      const changed = await writeGenerated(options.root, generated);
      out(`${generated.files.size} files, ${changed.length} changed`);
      return 0;
    }
    const drift = await findDrift(options.root, generated);
    if (drift.length === 0) {
      out(`${generated.files.size} files are what the contracts say`);
      return 0;
    }
    for (const each of drift) err(printDrift(each));
    err('Run: npm run generate');
    return 1;
  } catch (error) {
    err((error as Error).message);
    return 1;
  }
}
