import { parseArgs } from 'node:util';
import { createTestDatabase } from '../server/test/harness/database.ts';
import { startTestServer, type TestServer } from '../server/test/harness/server.ts';
import { insertApiKey } from '../server/test/harness/server-credentials.ts';
import { fill, type Size } from './large-data/fill.ts';
import { type Operation, operationsOn } from './large-data/operations.ts';

type Side = { readonly server: TestServer; readonly key: string; readonly operations: readonly Operation[] };

/** A small database, the same whatever the large one's size; a list of it fills several pages. */
const SMALL: Size = { resources: 20_000, members: 1_000 };
const TARGET = 2;

/**
 * Measures what the size of the data costs: fills a small and a large database, and takes the time of the same requests
 * on both in interleaved rounds. Prints the medians in milliseconds and their ratio, as a table or as JSON. Exits 1 when
 * a ratio is above two.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      resources: { type: 'string', default: '1000000' },
      members: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '40' },
      json: { type: 'boolean', default: false },
    },
  });
  const large = { resources: Number(values.resources), members: Number(values.members) };
  const databases = [await createTestDatabase(), await createTestDatabase()];
  const servers: TestServer[] = [];
  try {
    const sides: Side[] = [];
    for (const [index, size] of [SMALL, large].entries()) {
      const server = await startTestServer({
        databaseUrl: databases[index]?.url ?? '',
        env: {
          PLYSTRA_RESPONSE_CHECK: 'off',
          DATABASE_STATEMENT_TIMEOUT: '120s',
          HTTP_WRITE_TIMEOUT: '120s',
        },
      });
      servers.push(server);
      process.stderr.write(
        `Filling a database with ${size.resources} Resources and ${size.members} Members.\n`,
      );
      await fill(server, size);
      const { key } = await insertApiKey(server, { permissions: ['*'] });
      process.stderr.write('Walking through its lists.\n');
      sides.push({ server, key, operations: await operationsOn(server, key, size) });
    }
    const rows = await measure(sides, Number(values.rounds));
    process.stdout.write(
      values.json ? `${JSON.stringify({ large, small: SMALL, rows }, null, 2)}\n` : table(rows),
    );
    process.exitCode = rows.every(({ ratio }) => ratio <= TARGET) ? 0 : 1;
  } finally {
    for (const server of servers) await server.stop();
    for (const database of databases) await database.drop();
  }
}

type Row = {
  readonly name: string;
  readonly small_ms: number;
  readonly large_ms: number;
  readonly ratio: number;
};

async function measure(sides: readonly Side[], rounds: number): Promise<Row[]> {
  const [small, large] = sides;
  if (small === undefined || large === undefined) throw new Error('Two databases are needed.');
  const times = new Map<string, { small: number[]; large: number[] }>();
  const names = small.operations.map(({ name }) => name);
  // The first rounds warm caches and prepared statements up on both sides, and do not count.
  for (let round = -5; round < rounds; round += 1) {
    for (const name of names) {
      const pair = times.get(name) ?? { small: [], large: [] };
      times.set(name, pair);
      const order = round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const);
      for (const which of order) {
        const time = await timeOf(which === 'small' ? small : large, name);
        if (round >= 0 && time !== null) pair[which].push(time);
      }
    }
  }
  return [...times]
    .filter(([, { small: few, large: many }]) => few.length > 0 && many.length > 0)
    .map(([name, { small: few, large: many }]) => {
      const [smallMs, largeMs] = [median(few), median(many)];
      return {
        name,
        small_ms: rounded(smallMs),
        large_ms: rounded(largeMs),
        ratio: rounded(largeMs / smallMs),
      };
    });
}

async function timeOf({ server, key, operations }: Side, name: string): Promise<number | null> {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) return null;
  const { method, path, body } = operation;
  const start = process.hrtime.bigint();
  const answer = await server.api(method, path, { key, ...(body === undefined ? {} : { body }) });
  const end = process.hrtime.bigint();
  if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${answer.text}`);
  return Number(end - start) / 1e6;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] as number;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, small_ms, large_ms, ratio }) =>
      `${name.padEnd(44)} ${small_ms.toFixed(2).padStart(9)} ${large_ms.toFixed(2).padStart(9)} ${ratio.toFixed(2).padStart(6)}${ratio > TARGET ? '  above 2' : ''}`,
  );
  return `${''.padEnd(44)}  small ms  large ms  ratio\n${lines.join('\n')}\n`;
}

await main();
