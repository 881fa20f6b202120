import { availableParallelism } from 'node:os';

/** How much hashing may go on and wait at once. */
export type HashQueueOptions = {
  /** Hashes computed at the same time; by default one for each two cores, and at least one. */
  readonly concurrency?: number | undefined;
  /** Hashes that may wait; by default 64. */
  readonly capacity?: number | undefined;
};

/** The refusal of more hashing work than the queue may hold. To be answered with 503 and `Retry-After`. */
export class HashQueueFull extends Error {
  /** Whole seconds after which another try makes sense, 1 to 60. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('Too many passwords are waiting to be checked.');
    this.name = 'HashQueueFull';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const DEFAULT_CAPACITY = 64;
const FIRST_GUESS_MS = 50;
const MAX_RETRY_SECONDS = 60;

/**
 * A first-in, first-out queue in front of password hashing. Hashing is the cheapest way to exhaust a server: it
 * takes a core and a thread of the pool that file access uses too, so what runs and what waits are both bounded.
 */
export class HashQueue {
  readonly #concurrency: number;
  readonly #capacity: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #averageMs = FIRST_GUESS_MS;

  constructor(options: HashQueueOptions = {}) {
    this.#concurrency = options.concurrency ?? Math.max(1, Math.floor(availableParallelism() / 2));
    this.#capacity = options.capacity ?? DEFAULT_CAPACITY;
    if (!Number.isInteger(this.#concurrency) || this.#concurrency < 1) {
      throw new RangeError('The concurrency of a hash queue is a whole number of at least 1.');
    }
    if (!Number.isInteger(this.#capacity) || this.#capacity < 0) {
      throw new RangeError('The capacity of a hash queue is a whole number of at least 0.');
    }
  }

  /** Jobs that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Jobs that are being done. */
  get running(): number {
    return this.#running;
  }

  /** Does the job when its turn comes, and gives its result or failure. Throws `HashQueueFull` at once when full. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    await this.#enter();
    const started = performance.now();
    try {
      return await job();
    } finally {
      this.#averageMs += (performance.now() - started - this.#averageMs) / 8;
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#concurrency) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#capacity) throw new HashQueueFull(this.#retryAfterSeconds());
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Hands the place on to the next in line, so that nobody who comes later can slip in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #retryAfterSeconds(): number {
    const rounds = (this.#waiting.length + this.#running) / this.#concurrency;
    return Math.min(MAX_RETRY_SECONDS, Math.max(1, Math.ceil((rounds * this.#averageMs) / 1000)));
  }
}
