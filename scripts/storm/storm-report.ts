import type { Window } from '../bench/load-window.ts';
import { median, ratio } from '../bench/statistics.ts';
import { short } from '../bench/tables.ts';
import type { StormFigures, StormWindow } from './measure-storms.ts';
import { pairs } from './writers.ts';

const head = [
  'writes beside the checks',
  'writes/s',
  'other Space: checks/s',
  'p99 ms',
  'same Space: checks/s',
  'p99 ms',
];

/** What was seen, as medians of the rounds, and each storm beside the writes that cost the same. */
export function stormText(figures: StormFigures): string {
  const rows = (figures.rounds[0] ?? []).map(({ storm }) => {
    const windows = windowsOf(figures, storm);
    const middle = (reading: (window: StormWindow) => number) => short(median(windows.map(reading)));
    return [
      storm,
      middle(({ writesPerSecond }) => writesPerSecond),
      middle(({ calm }) => calm.perSecond),
      middle(({ calm }) => calm.p99),
      middle(({ stormy }) => stormy.perSecond),
      middle(({ stormy }) => stormy.p99),
    ];
  });
  const widths = head.map((_, n) => Math.max(...[head, ...rows].map((row) => (row[n] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((text, n) => (n === 0 ? text.padEnd(widths[n] ?? 0) : text.padStart(widths[n] ?? 0))).join('  ');
  const ratios = pairs.map(({ storm, beside }) => {
    const of = (name: string, where: 'calm' | 'stormy') =>
      windowsOf(figures, name).map((window): number => (window[where] as Window).perSecond);
    const told = (where: 'calm' | 'stormy') => {
      const { median: middle, least, most } = ratio(of(storm.name, where), of(beside.name, where));
      return `${short(middle)} (${short(least)} to ${short(most)})`;
    };
    return `${storm.name} / unrelated: other Space ${told('calm')}, same Space ${told('stormy')}`;
  });
  const right = figures.right.flatMap(({ storm, tried }) =>
    tried.map(({ kind, stale, asked }) => `${storm}, change of a ${kind}: ${stale} stale of ${asked}`),
  );
  return `${[line(head), ...rows.map(line), '', 'Throughput, median (rounds from, to):', ...ratios, '', ...right, ''].join('\n')}`;
}

/** What must not be: wrong answers, and a Space in which nobody is answered. A refusal has ended the run before. */
export function stormComplaints({ rounds, right }: StormFigures): string[] {
  const starved = rounds
    .flat()
    .filter(({ calm, stormy }) => calm.answered === 0 || stormy.answered === 0)
    .map(({ storm }) => `${storm}: no check was answered.`);
  const wrong = right.flatMap(({ storm, tried }) =>
    tried.flatMap(({ kind, wrong: answers }) =>
      Object.entries(answers).map(([what, times]) => `${storm}, ${kind}: ${times} times ${what}.`),
    ),
  );
  return [...starved, ...wrong];
}

function windowsOf({ rounds }: StormFigures, name: string): StormWindow[] {
  return rounds.flatMap((windows) => windows.filter(({ storm }) => storm === name));
}
