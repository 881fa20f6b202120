import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '../../src/contract/generated/core/operations.ts';
import type { Operation } from '../../src/contract/operation.ts';

const root = join(import.meta.dirname, '../../..');
const BEGIN = '<!-- maturity: written by `node server/test/docs/maturity-table.ts` -->';
const END = '<!-- /maturity -->';

type Part = { readonly name: string; readonly stability: Operation['stability']; readonly file: string };

/** What is no operation of Core, each with the file that is there once it is built. */
const parts: readonly Part[] = [
  { name: 'plystractl', stability: 'stable', file: 'server/src/plystractl.ts' },
  { name: 'Complete Auth', stability: 'stable', file: 'server/src/plystra-auth-complete.ts' },
  { name: 'email provider SMTP', stability: 'stable', file: 'server/src/plystra-email-smtp.ts' },
  { name: 'email provider Cloudflare', stability: 'stable', file: 'server/src/email-cloudflare' },
  { name: 'SDK for TypeScript', stability: 'stable', file: 'sdk-typescript/package.json' },
  { name: 'SDK for Python', stability: 'stable', file: 'sdk-python/pyproject.toml' },
  { name: 'SDK for Go', stability: 'stable', file: 'sdk-go/go.mod' },
];

/**
 * The table of what works and what does not yet, by the label in the contract: the tags of Core, and other parts by
 * whether their code is there.
 */
export function maturityTable(): string {
  const rows = [row('Stable', 'stable'), row('Experimental', 'experimental')];
  return [BEGIN, '| | works today | not built yet |', '|---|---|---|', ...rows, END].join('\n');
}

/** The README with the table of today in it. */
export function withMaturityTable(readme: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('The README has no place for the table.');
  return `${before}${maturityTable()}${after}`;
}

function row(label: string, stability: Operation['stability']): string {
  const others = parts.filter((part) => part.stability === stability);
  const [there, missing] = split(others, ({ file }) => existsSync(join(root, file)));
  const works = [...tagsOf(stability), ...there.map(({ name }) => name)];
  const open = missing.map(({ name }) => name);
  return `| **${label}** | ${works.join(', ') || 'nothing'} | ${open.join(', ') || 'nothing'} |`;
}

function tagsOf(stability: Operation['stability']): string[] {
  const ofStability = Object.values<Operation>(operations).filter((it) => it.stability === stability);
  return [...new Set(ofStability.map(({ tag }) => tag))].sort();
}

function split<T>(values: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}

if (import.meta.main) {
  const path = join(root, 'README.md');
  writeFileSync(path, withMaturityTable(readFileSync(path, 'utf8')));
}
