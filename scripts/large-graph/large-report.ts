import type { Window } from '../bench/load-window.ts';
import type { GraphCost } from './load-process.ts';

/** What was measured on one side. */
export type Side = {
  readonly name: 'small' | 'large';
  readonly graph: GraphCost;
  /** Milliseconds from the start of the server until it decided from memory. */
  readonly currentMs: number;
  /** MiB of the server, its graph read and a few hundred questions answered. */
  readonly residentMb: number;
  readonly windows: (Window & { readonly connections: number })[];
};

const MiB = 2 ** 20;

/** Loading the graph, and what it takes. */
export function graphTable(sides: readonly Side[]): string {
  const lines: readonly (readonly [string, (side: Side) => number, number])[] = [
    ['graph loaded, s', ({ graph }) => graph.seconds, 2],
    ['server decides from memory after, s', ({ currentMs }) => currentMs / 1000, 2],
    ['memberships, MiB', ({ graph }) => graph.membershipBytes / MiB, 1],
    ['  bytes a Member, its binding and Roles', ({ graph }) => graph.membershipBytes / graph.members, 0],
    ['graph on the heap, MiB', ({ graph }) => graph.heapBytes / MiB, 1],
    ['graph off the heap, MiB', ({ graph }) => graph.offHeapBytes / MiB, 1],
    ['loading process grew by, MiB', ({ graph }) => graph.residentBytes / MiB, 0],
    ['server, resident, MiB', ({ residentMb }) => residentMb, 0],
  ];
  return table(
    lines.map(([what, value, digits]) => [what, ...sides.map((side) => value(side).toFixed(digits))]),
  );
}

/** Checks on both sides, as medians of the rounds. */
export function windowTable(sides: readonly Side[]): string {
  const lines: readonly (readonly [string, number, (window: Window) => number, number])[] = [
    ['check, c = 1: p50, ms', 1, ({ p50 }) => p50, 3],
    ['check, c = 1: p99, ms', 1, ({ p99 }) => p99, 3],
    ['check, c = 16: p50, ms', 16, ({ p50 }) => p50, 3],
    ['check, c = 16: p99, ms', 16, ({ p99 }) => p99, 3],
    ['check, c = 16: a second', 16, ({ perSecond }) => perSecond, 0],
  ];
  return table(
    lines.map(([what, connections, value, digits]) => [
      what,
      ...sides.map(({ windows }) => {
        const found = windows.filter((window) => window.connections === connections).map(value);
        return (found.sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN).toFixed(digits);
      }),
    ]),
  );
}

function table(rows: readonly (readonly string[])[]): string {
  const head = ['', 'small', 'large'];
  const lines = [head, ...rows].map(([what = '', ...values]) => {
    return `${what.padEnd(42)}${values.map((value) => value.padStart(12)).join('')}`;
  });
  return `${lines.join('\n')}\n`;
}
