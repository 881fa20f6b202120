import type pg from 'pg';
import { catchUp, INSTANCE, loadGraph, storedRows } from '../../src/core/graph/index.ts';
import { preparedOn, snapshotOn } from '../../src/platform/database/index.ts';
import { type Comparison, compareQuestion } from './compare-question.ts';
import { insertWorlds } from './insert-worlds.ts';
import { randomWorld } from './random-world.ts';

const batch = 200;

/**
 * Loads `worlds` random worlds into the database, batch by batch, and asks engine and oracle all their questions; the
 * engine on facts from the tables, and on those of a graph in memory that follows the tables. Also holds that time
 * alone changes no answer inside the validity that the engine gives.
 */
export async function compareWithOracle(
  client: pg.ClientBase,
  worlds: number,
  firstSeed = 0,
): Promise<Comparison> {
  const comparison: Comparison = { questions: 0, recalled: 0, differences: [], codes: new Map() };
  const connection = preparedOn(client);
  const graph = await snapshotOn(client, loadGraph);
  const rows = storedRows(connection);
  for (let start = firstSeed; start < firstSeed + worlds; start += batch) {
    const seeds = Array.from({ length: Math.min(batch, firstSeed + worlds - start) }, (_, at) => start + at);
    const drawn = seeds.map((seed) => ({ seed, ...randomWorld(seed, `w${seed}_`) }));
    await insertWorlds(
      client,
      drawn.map(({ world }) => world),
    );
    const scopes = [INSTANCE, ...drawn.flatMap(({ world }) => world.spaces.map(({ id }) => id))];
    const unlogged = await catchUp(connection, graph, scopes);
    if (unlogged.length > 0) throw new Error(`The change log has a gap in ${unlogged.join(', ')}.`);
    for (const { seed, world, questions, now } of drawn) {
      const asking = { connection, graph, rows, world, now, seed };
      for (const question of questions) await compareQuestion(asking, question, comparison);
    }
  }
  return comparison;
}
