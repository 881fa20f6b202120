/**
 * The number of single-character insertions, deletions and replacements that turn `left` into `right` (Levenshtein),
 * counted in code points, or `limit + 1` as soon as it is known to exceed `limit`. Work is O(longer × limit), so that
 * hostile lengths cost nothing.
 */
export function editDistance(left: string, right: string, limit: number): number {
  const [short, long] = sortByLength([...left], [...right]);
  const tooFar = limit + 1;
  if (long.length - short.length > limit) return tooFar;

  let previous = Array.from({ length: short.length + 1 }, (_, column) => Math.min(column, tooFar));
  for (let row = 1; row <= long.length; row += 1) {
    const current = new Array<number>(short.length + 1).fill(tooFar);
    current[0] = Math.min(row, tooFar);
    let best = current[0];
    // Cells further than `limit` off the diagonal cannot be part of a path that is short enough.
    const last = Math.min(short.length, row + limit);
    for (let column = Math.max(1, row - limit); column <= last; column += 1) {
      const same = long[row - 1] === short[column - 1] ? 0 : 1;
      const cost = Math.min(
        at(previous, column - 1, tooFar) + same,
        at(previous, column, tooFar) + 1,
        at(current, column - 1, tooFar) + 1,
        tooFar,
      );
      current[column] = cost;
      best = Math.min(best, cost);
    }
    if (best > limit) return tooFar;
    previous = current;
  }
  return at(previous, short.length, tooFar);
}

function at(row: readonly number[], column: number, otherwise: number): number {
  return row[column] ?? otherwise;
}

function sortByLength(left: string[], right: string[]): [string[], string[]] {
  return left.length <= right.length ? [left, right] : [right, left];
}
