/** The value in the middle, or the mean of the two that are there. NaN of an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (Number.isInteger(middle)) {
    return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  }
  return sorted[Math.floor(middle)] ?? Number.NaN;
}

/** A ratio over the rounds of a run. */
export type Spread = { readonly median: number; readonly least: number; readonly most: number };

/** The ratio of two figures that were taken in the same rounds, round by round. */
export function ratio(above: readonly number[], below: readonly number[]): Spread {
  const ratios = above.map((value, round) => value / (below[round] ?? Number.NaN));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
