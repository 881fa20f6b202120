import { parseArgs } from 'node:util';
import { createTestDatabase } from '../server/test/harness/database.ts';
import { startTestServer, type TestServer } from '../server/test/harness/server.ts';
import { insertApiKey, type TestApiKey } from '../server/test/harness/server-credentials.ts';
import { fill, type Size } from './large-data/fill.ts';
import { type Operation, operationsOn } from './large-data/operations.ts';

type Side = {
  readonly server: TestServer;
  readonly key: TestApiKey;
  readonly operations: readonly Operation[];
};

/** A small database, the same whatever the large one's size; a list of it fills several pages. */
const SMALL: Size = { resources: 20_000, members: 1_000 };
const TARGET = 2;
/** Columns that the names take in the table. */
const WIDTH = 100;

/**
 * Measures what the size of the data costs: fills a small and a large database, and takes the time of the same requests
 * on both in interleaved rounds. Prints the lower quartiles in milliseconds and their ratio, as a table or as JSON.
 * Exits 1 when a ratio is above two.
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
    const limits = new Map<string, number>();
    for (const [index, size] of [SMALL, large].entries()) {
      const server = await startTestServer({
        databaseUrl: databases[index]?.url ?? '',
        env: {
          PLYSTRA_RESPONSE_CHECK: 'off',
          DATA_CONSOLE_ENABLED: 'true',
          DATABASE_STATEMENT_TIMEOUT: '120s',
          HTTP_WRITE_TIMEOUT: '120s',
        },
      });
      servers.push(server);
      process.stderr.write(
        `Filling a database with ${size.resources} Resources and ${size.members} Members.\n`,
      );
      await fill(server, size);
      const key = await insertApiKey(server, { permissions: ['*'] });
      sides.push({ server, key, operations: await operationsOn(server, key, size, limits) });
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
  const pairs = large.operations.map((operation) => ({
    name: operation.name,
    large: { side: large, operation, times: [] as number[] },
    small: { side: small, operation: counterpart(small.operations, operation.name), times: [] as number[] },
  }));
  // The first rounds warm caches and prepared statements up on both sides, and do not count.
  for (let round = -5; round < rounds; round += 1) {
    for (const pair of pairs) {
      const order = round % 2 === 0 ? [pair.small, pair.large] : [pair.large, pair.small];
      for (const { side, operation, times } of order) {
        const time = await timeOf(side, operation);
        if (round >= 0) times.push(time);
      }
    }
  }
  return pairs.map(({ name, small, large }) => {
    const [smallMs, largeMs] = [typical(small.times), typical(large.times)];
    return {
      name,
      small_ms: rounded(smallMs),
      large_ms: rounded(largeMs),
      ratio: rounded(largeMs / smallMs),
    };
  });
}

/** The same request to the small database; where its list has no such page, the one for the page it has. */
function counterpart(operations: readonly Operation[], name: string): Operation {
  const first = name.replace(/: (middle|last) page$/, ': first page');
  const found = operations.find((one) => one.name === name) ?? operations.find((one) => one.name === first);
  if (found === undefined) throw new Error(`The small database is not asked for ${name}.`);
  return found;
}

async function timeOf({ server, key }: Side, { name, method, path, body }: Operation): Promise<number> {
  const start = process.hrtime.bigint();
  const answer = await server.api(method, path, { key: key.key, ...(body === undefined ? {} : { body }) });
  const end = process.hrtime.bigint();
  if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${answer.text}`);
  return Number(end - start) / 1e6;
}

/** The lower quartile: what else the machine does only adds to a time, and seldom to the shortest ones. */
function typical(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 4)] as number;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, small_ms, large_ms, ratio }) =>
      `${name.padEnd(WIDTH)} ${small_ms.toFixed(2).padStart(9)} ${large_ms.toFixed(2).padStart(9)} ${ratio.toFixed(2).padStart(6)}${ratio > TARGET ? '  above 2' : ''}`,
  );
  return `${''.padEnd(WIDTH)}  small ms  large ms  ratio\n${lines.join('\n')}\n`;
}

await main();
