import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { Decision } from '../../src/core/authorization/deciding/decide.ts';
import { databaseFacts } from '../../src/core/authorization/deciding/facts-in-database.ts';
import { graphFacts, NotInGraph } from '../../src/core/authorization/deciding/facts-in-graph.ts';
import { catchUp, GraphReads, INSTANCE, loadGraph, storedRows } from '../../src/core/graph/index.ts';
import { preparedOn } from '../../src/platform/database/index.ts';
import { engineAnswer } from './engine-answer.ts';
import { insertWorlds } from './insert-worlds.ts';
import { ask } from './oracle.ts';
import type { OracleAnswer, Question } from './question.ts';
import { randomWorld } from './random-world.ts';

/** One question that engine and oracle answer differently. */
export type Difference = {
  readonly seed: number;
  readonly question: Question;
  readonly oracle: unknown;
  readonly engine: unknown;
};

/** What a comparison found. `codes` counts the oracle's answers, allow among them. */
export type Comparison = {
  questions: number;
  readonly differences: Difference[];
  readonly codes: Map<string, number>;
};

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
  const comparison: Comparison = { questions: 0, differences: [], codes: new Map() };
  const connection = preparedOn(client);
  const graph = await loadGraph(connection);
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
      for (const question of questions) {
        const decision = await engineAnswer(databaseFacts(connection), question, world, Date.parse(now));
        const seen = { resource: null, user: null };
        const remembered = graphFacts(new GraphReads(graph), rows, seen, Date.parse(now));
        const recalled = await engineAnswer(remembered, question, world, Date.parse(now)).catch(orDatabase);
        if (recalled !== null && !isDeepStrictEqual(inOrder(recalled), inOrder(decision))) {
          comparison.differences.push({ seed, question, oracle: decision, engine: recalled });
        }
        const expected = expectedOf(ask(world, question, now), decision.candidates !== null);
        const got = comparable(decision);
        comparison.questions += 1;
        const code = expected.deny_code ?? 'ALLOW';
        comparison.codes.set(code, (comparison.codes.get(code) ?? 0) + 1);
        if (!isDeepStrictEqual(got, expected)) {
          comparison.differences.push({ seed, question, oracle: expected, engine: got });
        }
        for (const instant of [decision.validFrom, (decision.validUntil ?? 0) - 1]) {
          if (instant === null || instant < 0) continue;
          const then = ask(world, question, new Date(instant).toISOString()).deny_code;
          if (then !== expected.deny_code) {
            comparison.differences.push({
              seed,
              question,
              oracle: { at: instant, then },
              engine: got.deny_code,
            });
          }
        }
      }
    }
  }
  return comparison;
}

/** Grants come in no order, and stand in `considered` in theirs; the clocks of the two sources differ. */
function inOrder(decision: Decision) {
  return { ...decision, now: 0, facts: { ...decision.facts, grants: [] } };
}

/** What memory does not know for certain is asked of the database. */
function orDatabase(error: unknown): null {
  if (error instanceof NotInGraph) return null;
  throw error;
}

/**
 * A caller that names no existing binding is shown no grants, so there only the codes are compared. What was left out is compared where there is something to hold
 * grants against.
 */
function expectedOf(answer: OracleAnswer, held: boolean) {
  const bare = answer.deny_code === 'ACTOR_NOT_FOUND';
  return {
    deny_code: answer.deny_code,
    candidates: bare ? null : answer.candidates,
    considered:
      bare || !held
        ? null
        : answer.considered
            .map(({ member_role_id, permission_id, left_out }) =>
              JSON.stringify([member_role_id, permission_id, left_out === null]),
            )
            .sort(),
  };
}

function comparable(decision: Decision): ReturnType<typeof expectedOf> {
  const bare = decision.denyCode === 'ACTOR_NOT_FOUND';
  const candidates = (decision.candidates ?? []).map(({ grant, check }) => ({
    member_role_id: grant.memberRoleId,
    role_key: grant.role.key,
    resource: grant.permission.resource,
    action: grant.permission.action,
    scope: grant.permission.scope,
    anchor_path: grant.anchor?.path ?? null,
    covered: check.covered,
    deny_code: check.denyCode,
  }));
  const considered = decision.considered
    .filter(({ leftOut }) => leftOut !== 'other_permission')
    .map(({ grant, leftOut }) => JSON.stringify([grant.memberRoleId, grant.permission.id, leftOut === null]))
    .sort();
  return {
    deny_code: decision.denyCode,
    candidates: bare ? null : candidates,
    considered: bare || decision.candidates === null ? null : considered,
  };
}
