import type { Figures } from './figures.ts';
import { cellTable, statedTable, type Table, targetTable } from './tables.ts';

/** What a run has shown, for a terminal. */
export function reportText(figures: Figures): string {
  const leftOut = figures.variants.filter(({ left_out }) => left_out !== null);
  const { machine } = figures;
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, PostgreSQL ${machine.postgres['server_version']}`,
    `${figures.rounds} round(s) of ${figures.windowMs} ms; load average before the run ${machine.loadBefore}`,
    ...(machine.loadBefore > machine.cores / 2
      ? ['Other work ran on this machine: what waits for CPU and disk is not measured well beside it.']
      : []),
    ...leftOut.map(({ name, left_out }) => `Not measured: ${name}: ${left_out}.`),
    ...(figures.batch === null && figures.starts !== null
      ? ['Not measured: batches: the contract has no operation for them.']
      : []),
    '',
    ...tableLines(cellTable(figures)),
    '',
    ...tableLines(statedTable(figures)),
    '',
    ...tableLines(targetTable(figures)),
    '',
  ].join('\n');
}

function tableLines({ head, rows }: Table): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
