import type { Database } from '../platform/database/index.ts';
import type { Logger } from '../platform/logging/index.ts';
import { type Capability, forgetReplies } from './kernel/index.ts';

const everyMs = 5 * 60 * 1000;

/** A step of a round, under the name that its failure is told by. */
type Step = { readonly name: string; readonly run: () => Promise<void> };

/**
 * Does the housekeeping of all capabilities, and forgets the replies that the kernel kept, now and every five minutes.
 * Every process may do so at once. A step that fails is logged, and keeps no other from being done.
 *
 * @returns a function that ends it, and waits for the step under way
 */
export function startHousekeeping(
  database: Database,
  capabilities: readonly Capability[],
  log: Pick<Logger, 'warn' | 'error'>,
): () => Promise<void> {
  const steps: Step[] = [{ name: 'kernel', run: () => forgetReplies(database.pool) }];
  for (const { id, housekeeping } of capabilities) {
    if (housekeeping !== undefined) steps.push({ name: id, run: () => housekeeping(database, log) });
  }
  let ended = false;
  const round = async () => {
    for (const { name, run } of steps) {
      if (ended) return;
      await run().catch((error) => {
        if (!ended) log.error({ err: error, step: name }, 'Housekeeping failed.');
      });
    }
  };
  let underWay = round();
  const timer = setInterval(() => {
    underWay = underWay.then(round);
  }, everyMs);
  timer.unref();
  return () => {
    ended = true;
    clearInterval(timer);
    return underWay;
  };
}
