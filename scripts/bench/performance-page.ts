import type { Figures } from './figures.ts';
import { cellTable, statedTable, type Table, targetTable } from './tables.ts';
import { targetsOf } from './targets.ts';

/** The page on performance: what a run has shown and on what machine, and remarks by hand if there are any. */
export function performancePage(figures: Figures, remarks: string): string {
  const { machine, world } = figures;
  const measured = targetsOf(figures).filter(({ met }) => met !== null);
  const met = measured.filter((target) => target.met === true).length;
  return `<!-- Made from docs/performance.json by \`node scripts/bench/performance-doc.ts\`. Do not edit. -->
# Performance

What a check costs, beside what it would cost without Plystra and beside what it could cost at the least. All figures
are from one run of \`npm run bench\` with version ${figures.version} on ${figures.day}: ${figures.rounds} rounds, in each of which
every variant had a window of ${figures.windowMs / 1000} s after ${figures.warmUpMs / 1000} s of warm-up. ${met} of ${measured.length} targets are met.

Absolute figures belong to this machine and to that hour. **Compare ratios only**: variants that are compared ran one
right after the other, a ratio is taken within a round, and the median of the rounds is given with the least and the
most.

## Targets

${markdown(targetTable(figures))}
${remarks === '' ? '' : `\n${remarks.trim()}\n`}
## Without a target

${markdown(statedTable(figures))}

## All windows

Medians of the rounds. CPU is that of one request: the server's process, and PostgreSQL with all its processes.

${markdown(cellTable(figures))}

## What ran

| variant | what it is | bytes of an audit row |
|---|---|---|
${figures.variants
  .map(({ name, meaning, left_out, auditRowBytes }) => {
    const left = left_out === null ? '' : ` (not measured: ${left_out})`;
    return `| \`${name}\` | ${meaning}${left} | ${auditRowBytes ?? ''} |`;
  })
  .join('\n')}

The world: one Space with ${count(world['groups'])} Groups on ${world['levels']} levels, ${count(world['users'])} Users with a Member and a
binding each, 20 roles, ${count(world['assignments'])} assignments (55 % reach a subtree, 40 % one Group, 5 % the Space) and
${count(world['resources'])} resources. The questions: *wide* are 5,000 distinct ones, *hot* are 100 of them, the best case of caches
of whole answers. Before anything was measured, the answers of every variant that decides to ${count(figures.questionsHeld)} questions
were held against a brute force. After every window the audit log held a row for each answer.

## How it is measured

- Server, PostgreSQL and load share the machine. The load is a process of its own: sockets that are kept, requests
  made beforehand, each client sending its next question when the last one is answered. An answer that is not 200 ends
  the run.
- The server is \`plystrad\` in production mode with the defaults of the [configuration](configuration.md), its log
  going to /dev/null.
- Every variant has a database of its own, a copy of the same one. Each window begins with an empty audit log and after
  a checkpoint. PostgreSQL runs with its safety on (fsync ${machine.postgres['fsync']}, synchronous_commit
  ${machine.postgres['synchronous_commit']}); checkpoints and vacuum by the clock are off, as they would fall into one window and not into
  another.
- The controls use named prepared statements and write audit rows of the same columns and about the same size.

| machine | |
|---|---|
| CPU | ${machine.cpu}, ${machine.cores} cores |
| memory | ${machine.memoryGib} GiB |
| system | ${machine.platform} |
| Node.js | ${machine.node} |
| PostgreSQL | ${machine.postgres['server_version']}, shared_buffers ${Number(machine.postgres['shared_buffers']) / 128} MB |
| one fdatasync of 8 kB | ${machine.fdatasyncMs} ms |
| load average before the run | ${machine.loadBefore} |
`;
}

function markdown({ head, rows }: Table): string {
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? '---|' : '---:|')).join('')}`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function count(number: number | undefined): string {
  return (number ?? 0).toLocaleString('en-US');
}
