import type { AuditPartition } from '../core/audit/index.ts';

/** A partition as `--json` has it. */
export function partitionRows({ name, from, to, rowsEstimate, bytes }: AuditPartition) {
  return {
    name,
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    rows_estimate: rowsEstimate,
    bytes,
  };
}

/** The partitions as a table, a line each below a heading. */
export function partitionText(partitions: readonly AuditPartition[]): string[] {
  const table = [
    ['partition', 'from', 'until', 'rows', 'size'],
    ...partitions.map(({ name, from, to, rowsEstimate, bytes }) => [
      name,
      day(from),
      day(to),
      rowsEstimate === null ? 'unknown' : `~${rowsEstimate.toLocaleString('en')}`,
      sizeText(bytes),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, at) => (at < 3 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
}

function day(instant: Date | null): string {
  return instant?.toISOString().slice(0, 10) ?? 'other';
}

function sizeText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
