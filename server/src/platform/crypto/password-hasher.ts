import {
  type Argon2Cost,
  CURRENT_COST,
  decoyHash,
  hashPassword,
  needsRehash,
  verifyPassword,
} from './argon2id.ts';
import { HashQueue, type HashQueueOptions } from './hash-queue.ts';

/** What a `PasswordHasher` is made of; the cost is for tests, which need many cheap hashes. */
export type PasswordHasherOptions = HashQueueOptions & { readonly cost?: Argon2Cost };

/** Passwords to hashes and back to a yes or no, all through one bounded queue. */
export class PasswordHasher {
  readonly queue: HashQueue;
  readonly #cost: Argon2Cost;
  readonly #decoy: string;

  constructor(options: PasswordHasherOptions = {}) {
    this.queue = new HashQueue(options);
    this.#cost = options.cost ?? CURRENT_COST;
    this.#decoy = decoyHash(this.#cost);
  }

  /** A new PHC string. Throws `HashQueueFull`. */
  hash(password: string): Promise<string> {
    return this.queue.run(() => hashPassword(password, this.#cost));
  }

  /**
   * Whether the password matches the stored PHC string. Without one (no such user, or a user without password) a
   * decoy is computed at the same cost, so that the time of the answer does not tell. Throws `HashQueueFull`.
   */
  verify(password: string, stored: string | null): Promise<boolean> {
    return this.queue.run(async () => {
      const matches = await verifyPassword(password, stored ?? this.#decoy);
      return matches && stored !== null;
    });
  }

  /** Whether a hash that was just verified should be replaced by one of the current cost. */
  needsRehash(stored: string): boolean {
    return needsRehash(stored, this.#cost);
  }
}
