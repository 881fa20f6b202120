import type { Queryable } from '../platform/database/index.ts';
import { forgetEnded } from './auth/index.ts';
import { forgetReplies } from './kernel/index.ts';

const everyMs = 5 * 60 * 1000;

/**
 * Removes what has run out, now and every five minutes: ended sessions and throttles, and kept replies. Every process
 * may do so at once. A failed round is reported and the next one tried.
 *
 * @returns a function that ends it
 */
export function startHousekeeping(database: Queryable, report: (error: unknown) => void): () => void {
  const round = () => {
    forgetEnded(database)
      .then(() => forgetReplies(database))
      .catch(report);
  };
  round();
  const timer = setInterval(round, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
