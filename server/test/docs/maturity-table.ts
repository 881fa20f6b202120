import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '../../src/contract/generated/core/operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { unbuiltOperationIds } from '../../src/core/unbuilt.ts';

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
 * The table of what works and what does not yet, by the label in the contract: tags of Core by the operations that
 * answer 501, other parts by whether their code is there.
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
  const tags = tagsOf(stability);
  const others = parts.filter((part) => part.stability === stability);
  const [there, missing] = split(others, ({ file }) => existsSync(join(root, file)));
  const works = [...tags.flatMap(({ works }) => works), ...there.map(({ name }) => name)];
  const open = [...tags.flatMap(({ open }) => open), ...missing.map(({ name }) => name)];
  return `| **${label}** | ${works.join(', ') || 'nothing'} | ${open.join(', ') || 'nothing'} |`;
}

/** A tag is named whole where it works whole; the operations that do not are named one by one, unless all do not. */
function tagsOf(stability: Operation['stability']): { works: string[]; open: string[] }[] {
  const ofStability = Object.entries<Operation>(operations).filter(([, it]) => it.stability === stability);
  return [...new Set(ofStability.map(([, { tag }]) => tag))].sort().map((tag) => {
    const ids = ofStability.filter(([, operation]) => operation.tag === tag).map(([id]) => id);
    const [open, built] = split(ids, (id) => (unbuiltOperationIds as readonly string[]).includes(id));
    const missing = open.sort().map((id) => `\`${id}\``);
    if (open.length === 0) return { works: [tag], open: [] };
    if (built.length === 0) return { works: [], open: [tag] };
    return { works: [`${tag} (in part)`], open: [`${tag}: ${missing.join(' ')}`] };
  });
}

function split<T>(values: readonly T[], isFirst: (value: T) => boolean): [T[], T[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}

if (import.meta.main) {
  const path = join(root, 'README.md');
  writeFileSync(path, withMaturityTable(readFileSync(path, 'utf8')));
}
