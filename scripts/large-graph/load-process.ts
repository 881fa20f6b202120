import pg from 'pg';
import { loadGraph } from '../../server/src/core/graph/index.ts';
import { snapshotOn } from '../../server/src/platform/database/index.ts';

/** What a graph takes to load and to hold. Bytes of the process are what it grew by, garbage collected before. */
export type GraphCost = {
  readonly seconds: number;
  readonly members: number;
  readonly bindings: number;
  readonly assignments: number;
  readonly membershipBytes: number;
  readonly heapBytes: number;
  readonly offHeapBytes: number;
  readonly residentBytes: number;
};

/** Loads the graph of the database that the first argument names, in a process of its own, and prints what it took. */
async function main(): Promise<void> {
  const client = new pg.Client({ connectionString: process.argv[2] ?? '' });
  await client.connect();
  await client.query('select 1');
  const before = collected();
  const started = performance.now();
  const graph = await snapshotOn(client, loadGraph);
  const seconds = (performance.now() - started) / 1000;
  const after = collected();
  const { bytes, ...counts } = graph.memberships.size;
  const cost: GraphCost = {
    seconds,
    ...counts,
    membershipBytes: bytes,
    heapBytes: after.heapUsed - before.heapUsed,
    offHeapBytes: after.arrayBuffers - before.arrayBuffers,
    residentBytes: after.rss - before.rss,
  };
  process.stdout.write(JSON.stringify(cost));
  await client.end();
}

function collected(): NodeJS.MemoryUsage {
  for (let turn = 0; turn < 3; turn += 1) globalThis.gc?.();
  return process.memoryUsage();
}

await main();
