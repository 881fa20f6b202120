import { parseArgs } from 'node:util';
import pg from 'pg';
import { createTestDatabase } from '../server/test/harness/database.ts';
import { compareWithOracle } from '../server/test/oracle/compare.ts';
import { denyCodes } from '../server/test/oracle/question.ts';

/**
 * Asks engine and oracle the questions of many random worlds and prints what came out. Exits 1 on any difference, or
 * when a deny code never occurred.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      worlds: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '0' },
    },
  });
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { questions, differences, codes } = await compareWithOracle(
      client,
      Number(values.worlds),
      Number(values.seed),
    );
    const missing = denyCodes.filter((code) => !codes.has(code));
    const lines = [...codes].sort().map(([code, count]) => `  ${code.padEnd(24)} ${count}`);
    process.stdout.write(
      `${values.worlds} worlds, ${questions} questions, ${differences.length} differences\n${lines.join('\n')}\n`,
    );
    for (const difference of differences.slice(0, 5)) {
      process.stdout.write(`${JSON.stringify(difference, null, 2)}\n`);
    }
    if (missing.length > 0) process.stdout.write(`never seen: ${missing.join(', ')}\n`);
    process.exitCode = differences.length > 0 || missing.length > 0 ? 1 : 0;
  } finally {
    await client.end();
    await database.drop();
  }
}

await main();
