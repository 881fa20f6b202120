import type pg from 'pg';
import { clocksDiffer, describeDifference } from './clock-difference.ts';
import type { DatabaseClock } from './database-clock.ts';

/** How often the clock of the database is measured, in milliseconds. */
const EVERY_MS = 15_000;

/**
 * Measures the clock regularly from now on. `warn` is told when the clocks begin to differ by more than the limit, once
 * until they agree again. A measurement that fails is left to the next one: who needs the database notices by itself.
 *
 * @returns a function that ends it, and waits for the measurement under way
 */
export function keepClock(
  clock: DatabaseClock,
  pool: pg.Pool,
  warn: (sentence: string) => void,
): () => Promise<void> {
  let warned = false;
  const look = () => {
    const differ = clocksDiffer(clock);
    if (differ && !warned) warn(describeDifference(clock));
    warned = differ;
  };
  look();
  let underWay = Promise.resolve();
  const timer = setInterval(() => {
    underWay = underWay.then(() => clock.refresh(pool).then(look, () => undefined));
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return underWay;
  };
}
