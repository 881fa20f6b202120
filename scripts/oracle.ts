import { parseArgs } from 'node:util';
import pg from 'pg';
import { compareMutated, nothingFound } from '../server/test/graph/compare-mutated.ts';
import { createTestDatabase } from '../server/test/harness/database.ts';
import { compareWithOracle } from '../server/test/oracle/compare.ts';
import type { Comparison } from '../server/test/oracle/compare-question.ts';
import { denyCodes } from '../server/test/oracle/question.ts';

/** Steps by which each mutated world is changed. */
const stepsOfWorld = 30;
const worldsOfDatabase = 5;

/**
 * Asks engine and oracle the questions of many random worlds and prints what came out. Exits 1 on any difference, or
 * when a deny code never occurred. With `--mutations <n>` it changes n worlds at random instead, asks between the
 * changes, and compares the graph that follows them with one that is loaded afresh.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      worlds: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '0' },
      mutations: { type: 'string' },
    },
  });
  const firstSeed = Number(values.seed);
  if (values.mutations === undefined) {
    const worlds = Number(values.worlds);
    tell(`${worlds} worlds`, await onDatabase((client) => compareWithOracle(client, worlds, firstSeed)));
    return;
  }
  const end = firstSeed + Number(values.mutations);
  const found = nothingFound();
  // The graph of all worlds of a database is loaded again after each step, so there are few of them in each.
  for (let seed = firstSeed; seed < end; seed += worldsOfDatabase) {
    const worlds = Math.min(worldsOfDatabase, end - seed);
    await onDatabase((client) =>
      compareMutated(client, { worlds, steps: stepsOfWorld, firstSeed: seed }, found),
    );
  }
  tell(
    `${values.mutations} worlds, ${found.taken} mutations (${found.refused} more refused), ` +
      `${found.reloaded} scopes read anew, ${found.recalled} answers from memory`,
    found,
  );
}

async function onDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
    await database.drop();
  }
}

function tell(what: string, { questions, differences, codes }: Comparison): void {
  const missing = denyCodes.filter((code) => !codes.has(code));
  const lines = [...codes].sort().map(([code, count]) => `  ${code.padEnd(24)} ${count}`);
  process.stdout.write(
    `${what}, ${questions} questions, ${differences.length} differences\n${lines.join('\n')}\n`,
  );
  for (const difference of differences.slice(0, 5)) {
    process.stdout.write(`${JSON.stringify(difference, null, 2)}\n`);
  }
  if (missing.length > 0) process.stdout.write(`never seen: ${missing.join(', ')}\n`);
  process.exitCode = differences.length > 0 || missing.length > 0 ? 1 : 0;
}

await main();
