import { ApiError } from './api-error.ts';

const windowMs = 60_000;
/** More addresses than this within a minute share one count, so that inventing addresses fills no memory. */
const mostAddresses = 100_000;

/**
 * The outer bound on requests without a credential: so many a minute from one address (IPv6 by /64), counted by this
 * process. It keeps a flood away from the database; what guesses passwords, codes and tokens is counted there, exactly
 * and for all processes together.
 */
export class AddressLimit {
  readonly #perMinute: number;
  readonly #counts = new Map<string, number>();
  #windowEnds = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts a request at `now` (milliseconds). Throws ApiError RATE_LIMITED when it is one too many. */
  admit(address: string, now: number): void {
    if (now >= this.#windowEnds) {
      this.#counts.clear();
      this.#windowEnds = now + windowMs;
    }
    const full = this.#counts.size >= mostAddresses && !this.#counts.has(address);
    const counted = full ? 'others' : address;
    const count = (this.#counts.get(counted) ?? 0) + 1;
    this.#counts.set(counted, count);
    if (count <= this.#perMinute) return;
    const seconds = Math.max(1, Math.ceil((this.#windowEnds - now) / 1000));
    throw ApiError.forNow('RATE_LIMITED', seconds);
  }
}
