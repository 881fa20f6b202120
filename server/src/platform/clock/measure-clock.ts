import type pg from 'pg';

/** Where the clock of the database stands, seen from this process. */
export type ClockSample = {
  /** Milliseconds since 1970 by the database's clock, at the moment that `steadyMs` names. */
  readonly databaseMs: number;
  /** Milliseconds of this process's steady clock (`performance.now()`), halfway between question and answer. */
  readonly steadyMs: number;
  /** By how much, either way, `databaseMs` may be off: half of the round trip. */
  readonly uncertaintyMs: number;
};

const TRIES = 5;

/**
 * Asks the database several times for its clock, and gives the answer with the smallest round trip. The database read
 * its clock somewhere between question and answer: the middle is wrong by half of that time at most.
 */
export async function measureClock(client: Pick<pg.ClientBase, 'query'>): Promise<ClockSample> {
  let best: ClockSample | null = null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const sent = performance.now();
    const { rows } = await client.query<{ ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    );
    const received = performance.now();
    const uncertaintyMs = (received - sent) / 2;
    if (best === null || uncertaintyMs < best.uncertaintyMs)
      best = { databaseMs: rows[0]?.ms ?? Number.NaN, steadyMs: sent + uncertaintyMs, uncertaintyMs };
  }
  if (best === null || Number.isNaN(best.databaseMs)) throw new Error('The database did not tell the time.');
  return best;
}
