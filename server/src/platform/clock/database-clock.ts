import type pg from 'pg';
import { type ClockSample, measureClock } from './measure-clock.ts';

/** The furthest that a clock is corrected to run apart from another one: the 500 ppm of NTP (RFC 5905). */
const DRIFT = 500e-6;

/**
 * The clock of the database, told by this process without asking each time. Between two measurements it runs by the
 * steady clock of the process, so that setting the clock of this machine does not move it.
 */
export class DatabaseClock {
  #sample: ClockSample | null = null;

  /** Measures it anew. Throws what the database throws, and then runs on as before. */
  async refresh(pool: pg.Pool): Promise<void> {
    const client = await pool.connect();
    try {
      this.#sample = await measureClock(client);
    } finally {
      client.release();
    }
  }

  /** Whole milliseconds since 1970 by the database's clock; by the clock of this machine until it is measured. */
  now(): number {
    return Math.floor(this.#exactNow());
  }

  /** By how many milliseconds the database's clock is ahead of this machine's at this moment; negative when behind. */
  get offsetMs(): number {
    return this.#exactNow() - Date.now();
  }

  /** By how much `now()` and `offsetMs` may be off, either way. Grows with time; Infinity until it is measured. */
  get uncertaintyMs(): number {
    if (this.#sample === null) return Number.POSITIVE_INFINITY;
    return this.#sample.uncertaintyMs + (performance.now() - this.#sample.steadyMs) * DRIFT;
  }

  #exactNow(): number {
    if (this.#sample === null) return Date.now();
    return this.#sample.databaseMs + (performance.now() - this.#sample.steadyMs);
  }
}
