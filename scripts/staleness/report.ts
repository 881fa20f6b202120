import type { SettingTried } from './settings.ts';
import type { Tried } from './try-kind.ts';

/** The kinds of changes and the settings, in each place how many were asked and how many of the answers were stale. */
export function tableText(results: readonly SettingTried[]): string {
  const kinds = results[0]?.tried.map(({ kind }) => kind) ?? [];
  const head = ['stale / asked', ...results.map(({ setting }) => setting.name)];
  const rows = kinds.map((kind, n) => [kind, ...results.map(({ tried }) => cell(tried[n] as Tried))]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row.map((text, n) => (n === 0 ? text.padEnd(widths[n] ?? 0) : text.padStart(widths[n] ?? 0))).join('  ');
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return `${[line(head), rule, ...rows.map(line), ''].join('\n')}`;
}

/** What speaks against the server, and what against the trial, one sentence each; none when all is well. */
export function complaints(results: readonly SettingTried[]): string[] {
  return results.flatMap(({ setting, tried }) => {
    return tried.flatMap(({ kind, stale, wrong }) => {
      if (!setting.fenced) {
        return stale > 0 ? [] : [`${setting.name}, ${kind}: no stale answer, so this trial would find none.`];
      }
      return Object.entries(wrong).map(
        ([what, times]) => `${setting.name}, ${kind}: ${times} times ${what}.`,
      );
    });
  });
}

function cell({ stale, asked }: Tried): string {
  return `${stale} / ${asked}`;
}
