import type { BatchRound } from './batch-windows.ts';
import type { Machine } from './machine.ts';
import type { Cell } from './measure-rounds.ts';
import type { StartTimes } from './start-times.ts';
import type { ValidatorStart } from './validator-start.ts';
import type { VariantName } from './variants.ts';

/** All that one run has measured, as it is kept in JSON. */
export type Figures = {
  /** The day of the run. */
  readonly day: string;
  readonly version: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly windowMs: number;
  readonly warmUpMs: number;
  readonly machine: Machine;
  readonly world: Readonly<Record<string, number>>;
  /** Questions whose answers were held against the brute force, for each variant that decides. */
  readonly questionsHeld: number;
  readonly variants: readonly VariantFigures[];
  readonly cells: readonly Cell[];
  /** Null where it was not measured: without an operation for batches, or with a choice of variants. */
  readonly batch: readonly BatchRound[] | null;
  readonly validators: ValidatorStart | null;
  readonly engineMs: readonly number[] | null;
  readonly starts: StartTimes | null;
};

/** A variant of the run. */
export type VariantFigures = {
  readonly name: VariantName;
  readonly meaning: string;
  /** Why it was not measured; null when it was. */
  readonly left_out: string | null;
  /** Bytes of one of its audit rows. */
  readonly auditRowBytes: number | null;
};
