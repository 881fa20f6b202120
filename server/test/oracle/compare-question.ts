import { isDeepStrictEqual } from 'node:util';
import type { Decision } from '../../src/core/authorization/deciding/decide.ts';
import { databaseFacts } from '../../src/core/authorization/deciding/facts-in-database.ts';
import { graphFacts, NotInGraph } from '../../src/core/authorization/deciding/facts-in-graph.ts';
import { decisionTrace, type Recorded, traceJson } from '../../src/core/authorization/deciding/trace.ts';
import { type Graph, GraphReads, type StoredRows } from '../../src/core/graph/index.ts';
import type { Queryable } from '../../src/platform/database/index.ts';
import { engineAnswer } from './engine-answer.ts';
import { ask } from './oracle.ts';
import type { OracleAnswer, Question } from './question.ts';
import type { World } from './world.ts';

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
  /** How many of them memory answered too; the rest it leaves to the database. */
  recalled: number;
  readonly differences: Difference[];
  readonly codes: Map<string, number>;
};

/** Where and when a question is asked. */
export type Asking = {
  readonly connection: Queryable;
  readonly graph: Graph;
  readonly rows: StoredRows;
  readonly world: World;
  readonly now: string;
  readonly seed: number;
};

const recorded: Recorded = {
  traceId: 'trc_1',
  auditLogId: 'audit_1',
  request: { id: 'req_1', ip: null, userAgent: null },
};

/**
 * Asks the oracle a question about a world, and the engine on facts from the tables and on those of a graph in memory;
 * notes what differs. Also holds that time alone changes no answer inside the validity that the engine gives, and that a
 * trace as text is the trace.
 */
export async function compareQuestion(
  { connection, graph, rows, world, now, seed }: Asking,
  question: Question,
  comparison: Comparison,
): Promise<void> {
  const instant = Date.parse(now);
  const differ = (oracle: unknown, engine: unknown) =>
    comparison.differences.push({ seed, question, oracle, engine });
  const decision = await engineAnswer(databaseFacts(connection), question, world, instant);
  const seen = { resource: null, user: null };
  const remembered = graphFacts(new GraphReads(graph), rows, seen, instant);
  const recalled = await engineAnswer(remembered, question, world, instant).catch(orDatabase);
  if (recalled !== null) {
    comparison.recalled += 1;
    if (!isDeepStrictEqual(inOrder(recalled), inOrder(decision))) differ(decision, recalled);
    const [ofMemory, ofDatabase] = [recalled, decision].map(
      (made) => decisionTrace(made, recorded).resource_registry,
    );
    if (!isDeepStrictEqual(ofMemory, ofDatabase)) differ(ofDatabase, ofMemory);
  }
  const [text, trace] = [traceJson(decision, recorded), JSON.stringify(decisionTrace(decision, recorded))];
  if (text !== trace) differ(trace, text);
  const expected = expectedOf(ask(world, question, now), decision.candidates !== null);
  const got = comparable(decision);
  comparison.questions += 1;
  const code = expected.deny_code ?? 'ALLOW';
  comparison.codes.set(code, (comparison.codes.get(code) ?? 0) + 1);
  if (!isDeepStrictEqual(got, expected)) differ(expected, got);
  for (const at of [decision.validFrom, (decision.validUntil ?? 0) - 1]) {
    if (at === null || at < 0) continue;
    const then = ask(world, question, new Date(at).toISOString()).deny_code;
    if (then !== expected.deny_code) differ({ at, then }, got.deny_code);
  }
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
