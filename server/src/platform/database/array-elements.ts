/** What an array of texts may hold: what is no text is put as one. */
export type Cell = string | number | boolean | null | undefined;

/** The elements in the text form of a PostgreSQL array of texts, without its braces; null and undefined are nulls. */
export function arrayElements(cells: readonly Cell[]): string {
  let elements = '';
  for (const cell of cells) elements += elements === '' ? element(cell) : `,${element(cell)}`;
  return elements;
}

function element(cell: Cell): string {
  if (cell === null || cell === undefined) return 'NULL';
  if (typeof cell !== 'string') return `${cell}`;
  return /["\\]/.test(cell) ? `"${cell.replace(/["\\]/g, '\\$&')}"` : `"${cell}"`;
}
