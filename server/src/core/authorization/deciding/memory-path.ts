import { ApiError } from '../../../contract/api-error.ts';
import type { Access, Memory, Principal } from '../../../contract/ports.ts';
import { isRefusal } from '../../../contract/refusal.ts';
import { reachesOf } from '../../../contract/rights.ts';
import type { DatabaseClock } from '../../../platform/clock/index.ts';
import { isDatabaseUnavailable } from '../../../platform/database/index.ts';
import { type Graph, type GraphFollower, GraphReads, type StoredRows } from '../../graph/index.ts';
import type { FenceAnswer, FencedEntry, FencedLog, Lane } from '../../kernel/index.ts';
import type { AuditMode } from './audit-mode.ts';
import { AuditRowRefused } from './audit-row-refused.ts';
import { type Decision, decide } from './decide.ts';
import { graphFacts, NotInGraph, type SeenRows } from './facts-in-graph.ts';
import { gatherFacts } from './gather-facts.ts';
import type { AskedRequest } from './plain-path.ts';
import { hideOutOfReach } from './reach-of-question.ts';
import { type RecordedDecision, recordOf, tellRecorded } from './record-of.ts';
import { whenThere } from './soon.ts';
import { understand } from './understand.ts';

/** What deciding from memory needs. */
export type MemoryServices = {
  readonly follower: Pick<GraphFollower, 'graph' | 'catchUp'>;
  readonly rows: StoredRows;
  readonly log: Pick<FencedLog, 'record'>;
  readonly clock: Pick<DatabaseClock, 'now'>;
};

/** A decision that is fenced out this often is left to the plain path. */
const attempts = 3;

/**
 * Decides a question from memory, and answers only when the decision is on record behind its fence: all that it rests
 * on was still so, in the database's view, when its row went in. Where it was not, memory catches up and the question
 * is decided again, its caller included.
 *
 * Null where memory is not current, does not know enough, would refuse, or is outrun by changes: the plain path decides
 * then.
 *
 * @throws AuditRowRefused when the database refused the row; ApiError when the queue is full or time is up
 */
export async function decideFromMemory(
  services: MemoryServices,
  auditMode: AuditMode,
  asked: AskedRequest,
  lane: Lane = 'single',
): Promise<RecordedDecision | null> {
  const { follower, rows, log, clock } = services;
  let access: Access | null = asked.access;
  let now = clock.now();
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { graph } = follower;
    const caller: Access | null = access;
    if (graph === null || !caller?.recalled) return null;
    const made = await decideOnce(graph, rows, caller.principal, asked.body, caller.recalled.memory, now);
    if (made === null) return null;
    const { recorded, row } = recordOf(made.decision, auditMode, asked.request, caller.principal);
    const entry = { row, kept: recorded.auditLogId !== null, fence: made.fence };
    let answer: FenceAnswer;
    try {
      answer = await log.record(entry, asked.request.signal, lane);
    } catch (error) {
      // What went wrong on this way need not go wrong on the other; if it does, that one says so.
      if (isDatabaseUnavailable(error)) return null;
      throw error instanceof ApiError ? error : new AuditRowRefused(error);
    }
    if (answer.passed) return told({ decision: made.decision, recorded });
    forget(rows, made.fence);
    now = Math.floor(answer.now);
    // Memory that cannot catch up is not decided from; nothing of the row is at fault then.
    if (answer.moved.length > 0 && !(await hasCaughtUp(follower, answer.moved))) return null;
    access = await caller.recalled.afresh();
  }
  return null;
}

type Made = { readonly decision: Decision; readonly fence: FencedEntry['fence'] };

/** One decision, with all that was read for it and for knowing its caller as its fence. */
async function decideOnce(
  graph: Graph,
  rows: StoredRows,
  principal: Principal,
  body: AskedRequest['body'],
  memory: Memory,
  now: number,
): Promise<Made | null> {
  // The graph was read anew from another server while the request came in.
  if (memory.run !== graph.run) return null;
  const reads = new GraphReads(graph, memory.revisions);
  const { user, session } = memory;
  const seen: SeenRows = { resource: null, user: user && { id: user.id, row: user } };
  const source = graphFacts(reads, rows, seen, now);
  try {
    const reaches = reachesOf(principal, 'authz:check');
    const gathering = whenThere(understand(source, { principal, reaches }, body), (question) =>
      isRefusal(question) ? question : gatherFacts(source, question),
    );
    const gathered = gathering instanceof Promise ? await gathering : gathering;
    if (isRefusal(gathered)) {
      // It may be old rows that memory would refuse for; the next question finds those of now.
      forget(rows, { ...seen, session });
      return null;
    }
    const decision = decide(hideOutOfReach(gathered.facts, reaches), now);
    const validFrom = latest(decision.validFrom, memory.validFrom);
    const validUntil = earliest(decision.validUntil, memory.validUntil);
    const { run } = graph;
    const { revisions } = reads;
    return { decision, fence: { run, revisions, ...seen, session, validFrom, validUntil } };
  } catch (error) {
    if (error instanceof NotInGraph) return null;
    throw error;
  }
}

function hasCaughtUp(follower: Pick<GraphFollower, 'catchUp'>, scopes: readonly string[]): Promise<boolean> {
  return follower.catchUp(scopes).then(
    () => true,
    () => false,
  );
}

/** What was seen may be old: it is read anew when it is next asked for. */
function forget(
  rows: StoredRows,
  { resource, user, session }: Pick<FencedEntry['fence'], 'resource' | 'user' | 'session'>,
): void {
  if (resource !== null) rows.resources.drop(resource.id);
  if (user !== null) rows.users.drop(user.id);
  if (session !== null) rows.sessions.drop(session.hash);
}

function told(decided: RecordedDecision): RecordedDecision {
  tellRecorded(decided);
  return decided;
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
