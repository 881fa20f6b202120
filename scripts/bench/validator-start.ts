import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validatorSchemas } from './validator-schemas.ts';

/** Milliseconds that all validators of Core take to be there in a fresh process, one pair a round. */
export type ValidatorStart = {
  readonly compiledMs: readonly number[];
  readonly atRunTimeMs: readonly number[];
};

/** Measures the compiled validators beside a compilation of all schemas at start, in turn. */
export function measureValidatorStart(rounds: number): ValidatorStart {
  const folder = mkdtempSync(join(tmpdir(), 'plystra-bench-schemas-'));
  const file = join(folder, 'schemas.json');
  writeFileSync(file, JSON.stringify(validatorSchemas()));
  const compiledMs: number[] = [];
  const atRunTimeMs: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      compiledMs.push(timeOf());
      atRunTimeMs.push(timeOf(file));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { compiledMs, atRunTimeMs };
}

function timeOf(...schemas: string[]): number {
  const program = join(import.meta.dirname, 'validator-start-process.ts');
  return Number(execFileSync(process.execPath, [program, ...schemas], { encoding: 'utf8' }));
}
