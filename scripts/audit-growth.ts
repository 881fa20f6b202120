import { parseArgs } from 'node:util';
import { type AuditDatabase, auditDatabase, type Batch } from './audit-growth/audit-database.ts';

/**
 * Measures what the size of a month costs who writes into it: appends batches to an audit log that was empty and to one
 * that holds many rows of the month already, in interleaved rounds. Prints the cost of a row in time and in bytes of
 * the write-ahead log, and the ratios. With `--without <index>`, once or more, it goes on without that index, and so
 * tells what the index costs.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '2000000' },
      rounds: { type: 'string', default: '6' },
      batches: { type: 'string', default: '200' },
      batch: { type: 'string', default: '64' },
      without: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const [rows, rounds, batches, batch] = [values.rows, values.rounds, values.batches, values.batch].map(
    Number,
  );
  const few = await auditDatabase();
  const many = await auditDatabase();
  try {
    process.stderr.write(`Filling a month with ${rows} rows.\n`);
    await many.fill(rows ?? 0);
    const bytes = await many.sizes();
    const steps: Step[] = [];
    for (const index of [null, ...values.without]) {
      if (index !== null) for (const side of [few, many]) await side.dropIndex(index);
      process.stderr.write(`Appending, ${index === null ? 'with all indexes' : `now without ${index}`}.\n`);
      steps.push({ without: index, ...(await measure(few, many, { rounds, batches, batch })) });
    }
    process.stdout.write(values.json ? `${JSON.stringify({ rows, steps, bytes }, null, 2)}\n` : table(steps));
  } finally {
    await few.close();
    await many.close();
  }
}

type Cost = { readonly median_us: number; readonly mean_us: number; readonly wal_bytes: number };
type Measured = { readonly few: Cost; readonly many: Cost; readonly ratio: Cost };
/** What was measured without an index, and without those of the steps before. */
type Step = Measured & { readonly without: string | null };
type Extent = Readonly<Record<'rounds' | 'batches' | 'batch', number | undefined>>;

async function measure(
  few: AuditDatabase,
  many: AuditDatabase,
  { rounds = 0, batches = 0, batch = 0 }: Extent,
): Promise<Measured> {
  const written = { few: [] as Batch[], many: [] as Batch[] };
  // The first round warms up, and does not count.
  for (let round = -1; round < rounds; round += 1) {
    // After a checkpoint the first touch of a page puts the whole page into the log. Each round pays for it, as every
    // five minutes of a server do.
    await many.checkpoint();
    for (let turn = 0; turn < batches; turn += 1) {
      const order = turn % 2 === 0 ? (['few', 'many'] as const) : (['many', 'few'] as const);
      for (const side of order) {
        const one = await (side === 'few' ? few : many).append(batch);
        if (round >= 0) written[side].push(one);
      }
    }
  }
  const costs = { few: costOf(written.few), many: costOf(written.many) };
  return {
    ...costs,
    ratio: {
      median_us: costs.many.median_us / costs.few.median_us,
      mean_us: costs.many.mean_us / costs.few.mean_us,
      wal_bytes: costs.many.wal_bytes / costs.few.wal_bytes,
    },
  };
}

/** What a row costs. */
function costOf(batches: readonly Batch[]): Cost {
  const each = batches.map(({ microseconds, rows }) => microseconds / rows).sort((a, b) => a - b);
  const total = (of: (batch: Batch) => number) => batches.reduce((sum, batch) => sum + of(batch), 0);
  const rows = total((batch) => batch.rows);
  return {
    median_us: each[Math.floor(each.length / 2)] ?? Number.NaN,
    mean_us: total(({ microseconds }) => microseconds) / rows,
    wal_bytes: total(({ walBytes }) => walBytes) / rows,
  };
}

function table(steps: readonly Step[]): string {
  const names = { median_us: 'time, median (µs)', mean_us: 'time, mean (µs)', wal_bytes: 'WAL (bytes)' };
  const lines = steps.flatMap(({ without, few, many, ratio }) => [
    `${(without === null ? 'a row with all indexes' : `without ${without}`).padEnd(34)}     empty      full   ratio`,
    ...(Object.entries(names) as [keyof Cost, string][]).map(([key, name]) => {
      const numbers = [few[key].toFixed(1), many[key].toFixed(1), ratio[key].toFixed(2).padStart(6)];
      return `  ${name.padEnd(30)}  ${numbers.map((text) => text.padStart(8)).join('  ')}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

await main();
