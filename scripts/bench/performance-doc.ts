import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figures } from './figures.ts';
import { performancePage } from './performance-page.ts';

const root = join(import.meta.dirname, '../..');
const figuresPath = join(root, 'docs/performance.json');
const pagePath = join(root, 'docs/performance.md');
/** Why a target is not met and what was tried, by hand. */
const remarksPath = join(import.meta.dirname, 'remarks.md');

/**
 * Makes docs/performance.md from docs/performance.json. With `--from <file>` the figures of a run are taken over first;
 * with `--check` nothing is written, and a page that is not what the figures give is an error.
 */
function main(): number {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, check: { type: 'boolean', default: false } },
  });
  if (values.from !== undefined) {
    const run = JSON.parse(readFileSync(values.from, 'utf8')) as Figures;
    if (run.quick) {
      process.stderr.write('The figures of a quick run are a hint. Run: npm run bench\n');
      return 1;
    }
    writeFileSync(figuresPath, `${JSON.stringify(run, null, 1)}\n`);
  }
  const figures = JSON.parse(readFileSync(figuresPath, 'utf8')) as Figures;
  const remarks = existsSync(remarksPath) ? readFileSync(remarksPath, 'utf8') : '';
  const page = performancePage(figures, remarks);
  if (!values.check) {
    writeFileSync(pagePath, page);
    return 0;
  }
  if (existsSync(pagePath) && readFileSync(pagePath, 'utf8') === page) return 0;
  process.stderr.write('Out of date: docs/performance.md. Run: node scripts/bench/performance-doc.ts\n');
  return 1;
}

process.exitCode = main();
