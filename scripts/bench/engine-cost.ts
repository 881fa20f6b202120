import { isRefusal } from '../../server/src/contract/refusal.ts';
import { decide } from '../../server/src/core/authorization/deciding/decide.ts';
import { databaseFacts } from '../../server/src/core/authorization/deciding/facts-in-database.ts';
import { type Gathered, gatherFacts } from '../../server/src/core/authorization/deciding/gather-facts.ts';
import { decisionTrace, type Recorded } from '../../server/src/core/authorization/deciding/trace.ts';
import { preparedOn } from '../../server/src/platform/database/index.ts';
import { withClient } from './bench-database.ts';
import type { SentQuestion } from './sent-question.ts';

const repetitions = 5;

/**
 * Milliseconds of CPU that one decision with its trace takes in the engine alone, without reading facts and without
 * writing the trace out: for each repetition the mean over all given questions, asked over and over for `millis`.
 */
export async function measureEngine(
  databaseUrl: string,
  questions: readonly SentQuestion[],
  millis: number,
): Promise<number[]> {
  const gathered = await withClient(databaseUrl, async (client) => {
    const found: Gathered[] = [];
    for (const question of questions) found.push(await factsOf(preparedOn(client), question));
    return found;
  });
  run(gathered, millis);
  return Array.from({ length: repetitions }, () => run(gathered, millis));
}

async function factsOf(connection: ReturnType<typeof preparedOn>, sent: SentQuestion): Promise<Gathered> {
  const { user_id, member_id, user_member_id, space_id } = sent.actor;
  const facts = await gatherFacts(databaseFacts(connection), {
    mode: 'managed',
    question: {
      actor: { userId: user_id, memberId: member_id, userMemberId: user_member_id, spaceId: space_id },
      action: sent.action,
      resourceType: sent.resource_type,
      resourceId: sent.resource_id,
    },
  });
  if (isRefusal(facts)) throw new Error('A question of the benchmark was refused.');
  return facts;
}

const recorded: Recorded = {
  traceId: 'trc_00000000000070008000000000000000',
  auditLogId: 'audit_00000000000070008000000000000000',
  request: { id: 'req_bench', ip: '127.0.0.1', userAgent: 'plystra-bench' },
};

function run(gathered: readonly Gathered[], millis: number): number {
  const before = process.cpuUsage();
  const end = performance.now() + millis;
  let decisions = 0;
  let size = 0;
  while (performance.now() < end) {
    for (const { facts, now } of gathered) {
      size += decisionTrace(decide(facts, now), recorded).considered?.length ?? 0;
      decisions += 1;
    }
  }
  const { user, system } = process.cpuUsage(before);
  if (size < 0) throw new Error('Never: it only keeps the traces from being left out.');
  return (user + system) / 1000 / decisions;
}
