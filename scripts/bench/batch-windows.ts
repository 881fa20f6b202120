import { operations } from '../../server/src/contract/generated/core/operations.ts';
import type { Operation } from '../../server/src/contract/operation.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { RunningVariant } from './bench-servers.ts';
import type { Load } from './load.ts';
import type { Window } from './load-window.ts';
import type { RoundsPlan } from './measure-rounds.ts';
import type { SentQuestion } from './sent-question.ts';
import type { WorldClone } from './world-clone.ts';

/** What one round shows about batches of a thousand checks. */
export type BatchRound = {
  /** One client that sends one batch after the other. */
  readonly alone: Window;
  /** Sixteen clients with single checks while that client goes on. */
  readonly singlesBeside: Window;
};

const batchPath = '/api/v1/authz/check-batch';
const batchSize = 1_000;
/** Long enough for some batches. */
const leastWindowMs = 1_500;
/** Clients of single checks beside the batches; as many as in the window that they are compared with. */
const clients = 16;

/** Whether the contract has an operation for batches of checks. */
export function hasBatch(): boolean {
  return Object.values(operations as Readonly<Record<string, Operation>>).some(
    ({ path }) => path === batchPath,
  );
}

/** The bodies of batches over all questions. */
export function batchBodies(questions: readonly SentQuestion[]): unknown[] {
  const batches: unknown[] = [];
  for (let start = 0; start + batchSize <= questions.length; start += batchSize) {
    batches.push({ items: questions.slice(start, start + batchSize) });
  }
  return batches;
}

/**
 * Measures batches alone, and single checks beside them. `loads` are two load processes that both keep the bodies.
 *
 * @throws Error when a request fails, or when an answered item has no row in the audit log
 */
export async function measureBatch(
  { variant, server }: RunningVariant,
  clone: WorldClone,
  { warmUpMs, windowMs }: Pick<RoundsPlan, 'warmUpMs' | 'windowMs'>,
  database: BenchDatabase,
  [first, second]: readonly [Load, Load],
): Promise<BatchRound> {
  const shape = { ...variant.shape, path: batchPath };
  const plan = {
    port: server.port,
    warmUpMs,
    windowMs: Math.max(windowMs, leastWindowMs),
    serverPid: server.pid,
    postmasterPid: database.pid,
  };
  const fresh = async () => {
    await clone.emptyAuditLog();
    await database.settle();
  };
  const recorded = async (answered: number) => {
    const { count } = await clone.auditRows();
    if (count < answered) throw new Error(`Batches answered ${answered} decisions and recorded ${count}.`);
  };
  await fresh();
  const alone = await first.window('batch', shape, { ...plan, connections: 1 });
  await recorded(alone.answered * batchSize);
  await fresh();
  const [singlesBeside, batches] = await Promise.all([
    first.window('wide', variant.shape, { ...plan, connections: clients }),
    second.window('batch', shape, { ...plan, connections: 1 }),
  ]);
  await recorded(singlesBeside.answered + batches.answered * batchSize);
  return { alone, singlesBeside };
}
