import type { Figures } from './figures.ts';
import type { Window } from './load-window.ts';
import type { Cell } from './measure-rounds.ts';
import { median, ratio, type Spread } from './statistics.ts';
import { type Target, targetsOf } from './targets.ts';

/** A table of texts; all columns but the first are numbers. */
export type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** Each target, what was found (median of the rounds, and the least and the most), and whether it is met. */
export function targetTable(figures: Figures): Table {
  return {
    head: ['target', 'goal', 'found', 'rounds from', 'to', 'met'],
    rows: targetsOf(figures).map(({ what, goal, found, met }) => [
      what,
      goalText(goal),
      ...(found === null ? ['not measured', '', ''] : spreadTexts(found)),
      met === null ? '' : met ? 'yes' : 'no',
    ]),
  };
}

/** What every variant did, as medians of its rounds; throughput beside that of `naive` in the same rounds. */
export function cellTable(figures: Figures): Table {
  const order = figures.variants.map(({ name }) => name);
  const cells = figures.cells.toSorted(
    (a, b) =>
      b.set.localeCompare(a.set) ||
      a.connections - b.connections ||
      order.indexOf(a.variant) - order.indexOf(b.variant),
  );
  return {
    head: [
      'set, c, variant',
      '/ naive',
      'req/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'server CPU ms',
      'PostgreSQL CPU ms',
      'RSS MB',
    ],
    rows: cells.map((cell) => [
      `${cell.set}, ${cell.connections}, ${cell.variant}`,
      besideNaive(cell, cells),
      figure(cell, (window) => window.perSecond),
      figure(cell, (window) => window.p50),
      figure(cell, (window) => window.p95),
      figure(cell, (window) => window.p99),
      figure(cell, (window) => window.serverCpuMs),
      figure(cell, (window) => window.databaseCpuMs),
      figure(cell, (window) => window.residentMb),
    ]),
  };
}

/** What is stated without a target. */
export function statedTable(figures: Figures): Table {
  const at = (variant: string, connections: number) =>
    figures.cells.find(
      (cell) => cell.variant === variant && cell.set === 'wide' && cell.connections === connections,
    );
  const resident = (variant: string) => {
    const windows = figures.cells.flatMap((cell) => (cell.variant === variant ? cell.windows : []));
    const most = Math.max(...windows.map(({ residentMb }) => residentMb ?? Number.NaN));
    return Number.isFinite(most) ? `${short(most)} MB` : 'not measured';
  };
  const { starts, batch } = figures;
  const beside = batch === null ? null : median(batch.map(({ singlesBeside }) => singlesBeside.p99));
  return {
    head: ['figure', 'Plystra', 'beside'],
    rows: [
      [
        'start of the process to ready, world loaded; bare Node to its first connection',
        starts === null ? 'not measured' : `${short(median(starts.plystraMs))} ms`,
        starts === null ? '' : `${short(median(starts.nodeMs))} ms`,
      ],
      ['most resident memory at the end of a window; bare Node', resident('plystra'), resident('hello')],
      [
        'p99 of single checks while batches run, c=16; without batches',
        beside === null ? 'not measured' : `${short(beside)} ms`,
        beside === null ? '' : `${figure(at('plystra', 16), (window) => window.p99)} ms`,
      ],
      ['load of the world, by set-based SQL', `${short(figures.world['loadSeconds'] ?? Number.NaN)} s`, ''],
    ],
  };
}

/** Whether a target is met, for who wants to count. */
export function missedTargets(figures: Figures): readonly Target[] {
  return targetsOf(figures).filter(({ met }) => met === false);
}

/** A number with three digits that matter. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '';
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}

function besideNaive(cell: Cell, cells: readonly Cell[]): string {
  const naive = cells.find(
    ({ variant, set, connections }) =>
      variant === 'naive' && set === cell.set && connections === cell.connections,
  );
  if (naive === undefined) return '';
  const rates = ({ windows }: Cell) => windows.map(({ perSecond }) => perSecond);
  return short(ratio(rates(cell), rates(naive)).median);
}

function figure(cell: Cell | undefined, reading: (window: Window) => number | null): string {
  const values = cell?.windows.map(reading) ?? [];
  return values.length === 0 || values.includes(null) ? '' : short(median(values as number[]));
}

function goalText(goal: Target['goal']): string {
  return 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
}

function spreadTexts({ median: middle, least, most }: Spread): string[] {
  return [short(middle), short(least), short(most)];
}
