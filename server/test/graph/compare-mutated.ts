import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { catchUp, type Graph, loadGraph, storedRows } from '../../src/core/graph/index.ts';
import { reloadScope } from '../../src/core/graph/load-graph.ts';
import { preparedOn, snapshotOn } from '../../src/platform/database/index.ts';
import { type Comparison, compareQuestion } from '../oracle/compare-question.ts';
import { type Dice, makeDice, startDraft } from '../oracle/draft.ts';
import { draftQuestions } from '../oracle/draft-questions.ts';
import { insertWorlds } from '../oracle/insert-worlds.ts';
import { randomWorld } from '../oracle/random-world.ts';
import { readWorld } from '../oracle/read-world.ts';
import { graphContents } from './graph-contents.ts';
import { groupMoves } from './move-groups.ts';
import { type MutationSite, mutationSite } from './mutation-site.ts';
import { mutations } from './random-mutations.ts';
import { rowMutations } from './random-rows.ts';

/** What a comparison over mutated worlds found. */
export type MutatedComparison = Comparison & {
  /** Mutations that the database took, and refused. */
  taken: number;
  refused: number;
  /** Scopes that were read anew, since the log did not do. */
  reloaded: number;
};

/** A comparison to begin with. */
export function nothingFound(): MutatedComparison {
  const answers = { questions: 0, recalled: 0, differences: [], codes: new Map() };
  return { ...answers, taken: 0, refused: 0, reloaded: 0 };
}

/**
 * Loads random worlds one after the other and changes each in `steps` steps of a few random mutations, by raw SQL. After
 * each step the graph that follows the log has to equal one that is loaded afresh, and the oracle's questions about the
 * world as it is by then are asked. Now and then the log is trimmed first. What is found is added to `found`.
 *
 * @throws Error when the graphs differ, with the seed and the step
 */
export async function compareMutated(
  client: pg.ClientBase,
  { worlds, steps, firstSeed = 0 }: { worlds: number; steps: number; firstSeed?: number },
  found: MutatedComparison = nothingFound(),
): Promise<MutatedComparison> {
  const connection = preparedOn(client);
  const graph = await snapshotOn(client, loadGraph);
  for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
    const prefix = `m${seed}_`;
    const { world, now } = randomWorld(seed, prefix);
    await insertWorlds(client, [world]);
    const dice = makeDice(seed * 7919 + 1);
    const site = mutationSite(dice, prefix, now);
    for (let step = 0; step < steps; step += 1) {
      for (let left = dice.between(1, 6); left > 0; left -= 1) {
        const took = await mutate(client, site);
        found[took ? 'taken' : 'refused'] += 1;
      }
      if (dice.chance(0.15)) await trim(client, graph, dice);
      found.reloaded += await follow(client, graph, dice);
      const fresh = await snapshotOn(client, loadGraph);
      const [kept, loaded] = [graphContents(graph), graphContents(fresh)];
      if (!isDeepStrictEqual(kept, loaded)) throw new Error(differing(kept, loaded, { seed, step }));
      const draft = startDraft(seed * 1000 + step, prefix, now);
      draft.world = await readWorld(client, prefix);
      const rows = storedRows(connection);
      const asking = { connection, graph, rows, world: draft.world, now, seed };
      // Where nothing can be done any more, there is nothing to ask.
      const questions = draft.world.resource_actions.length === 0 ? [] : draftQuestions(draft);
      for (const question of questions) await compareQuestion(asking, question, found);
    }
  }
  return found;
}

/** Does one random mutation. False when the database refused it, as some have to be. */
async function mutate(client: pg.ClientBase, site: MutationSite): Promise<boolean> {
  const statements = site.dice.weigh([...mutations, ...rowMutations, ...groupMoves])(site);
  await client.query('begin');
  try {
    for (const statement of statements) await client.query(statement);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback');
    // Class 23: a constraint. Anything else is a mistake of the statement.
    if (error instanceof pg.DatabaseError && error.code?.startsWith('23')) return false;
    throw error;
  }
}

/** Trims the log of some scopes from its old end, about where the graph is, and through the middle of a revision. */
async function trim(client: pg.ClientBase, graph: Graph, dice: Dice): Promise<void> {
  for (const scope of graph.scopes) {
    if (dice.chance(0.5)) continue;
    await client.query(
      `delete from graph_changes where scope = $1
         and (revision < $2 or (revision = $2 and md5(entity_id || $3) < '8'))`,
      [scope, graph.revision(scope) + dice.between(0, 2), String(dice.between(0, 1000))],
    );
  }
}

/** Lets the graph follow, some scopes first. Gives how many had to be read anew. */
async function follow(client: pg.ClientBase, graph: Graph, dice: Dice): Promise<number> {
  const { rows } = await client.query<{ scope: string }>('select scope from graph_revisions order by scope');
  const all = rows.map(({ scope }) => scope);
  let reloaded = 0;
  for (const scopes of [all.filter(() => dice.chance(0.5)), [...all, 'space_that_never_was']]) {
    for (const scope of await catchUp(preparedOn(client), graph, scopes)) {
      await snapshotOn(client, (snapshot) => reloadScope(snapshot, graph, scope));
      reloaded += 1;
    }
  }
  return reloaded;
}

type Contents = ReturnType<typeof graphContents>;

function differing(kept: Contents, loaded: Contents, at: { seed: number; step: number }): string {
  const parts = (Object.keys(kept) as (keyof Contents)[]).filter(
    (part) => !isDeepStrictEqual(kept[part], loaded[part]),
  );
  const told = parts.map((part) => JSON.stringify({ part, kept: kept[part], loaded: loaded[part] }));
  return `The graphs differ at ${JSON.stringify(at)}: ${told.join('\n').slice(0, 4000)}`;
}
