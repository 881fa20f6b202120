/** What an array of texts may hold: what is no text is put as one. */
export type Cell = string | number | boolean | null | undefined;

/** The text form of a PostgreSQL array of texts; null and undefined are nulls. */
export function arrayLiteral(cells: readonly Cell[]): string {
  let literal = '{';
  for (const [index, cell] of cells.entries()) literal += index === 0 ? element(cell) : `,${element(cell)}`;
  return `${literal}}`;
}

function element(cell: Cell): string {
  if (cell === null || cell === undefined) return 'NULL';
  if (typeof cell !== 'string') return `${cell}`;
  return /["\\]/.test(cell) ? `"${cell.replace(/["\\]/g, '\\$&')}"` : `"${cell}"`;
}
