/** What a row costs the cache, in bytes, roughly. */
type Weigh<Row> = (row: Row) => number;

/** What a key without a row costs, and the frame of every entry. */
const frame = 120;

/**
 * Rows of the database by a key, of which the most used are kept within a bound. That there is no row is kept as well
 * (null). What is kept may be out of date: whoever uses it has it verified. A key that is not kept is read together
 * with all others that are asked for while a statement is under way.
 */
export class RowCache<Row> {
  readonly #read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>;
  readonly #weigh: Weigh<Row>;
  readonly #bound: number;
  /** Two generations: what is used in the old one moves to the young one, and the old one goes as a whole. */
  #young = new Map<string, Row | null>();
  #old = new Map<string, Row | null>();
  #youngWeight = 0;
  readonly #asked = new Map<string, PromiseWithResolvers<Row | null>>();
  #reading = false;

  /** `read` gives the rows that there are for some keys; `bytes` bounds what is kept. */
  constructor(
    read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
    { bytes, weigh }: { readonly bytes: number; readonly weigh: Weigh<Row> },
  ) {
    this.#read = read;
    this.#weigh = weigh;
    this.#bound = bytes / 2;
  }

  /** How many keys are kept. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The row of a key, or null when there is none: as it is kept, or as it is read now. */
  get(key: string): Row | null | Promise<Row | null> {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return this.#fetch(key);
    this.#old.delete(key);
    this.#keep(key, old);
    return old;
  }

  /** Forgets what is kept for a key. */
  drop(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  #keep(key: string, row: Row | null): void {
    this.#young.set(key, row);
    this.#youngWeight += frame + key.length + (row === null ? 0 : this.#weigh(row));
    if (this.#youngWeight < this.#bound) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngWeight = 0;
  }

  #fetch(key: string): Promise<Row | null> {
    const asked = this.#asked.get(key) ?? Promise.withResolvers<Row | null>();
    this.#asked.set(key, asked);
    if (!this.#reading) void this.#readAsked();
    return asked.promise;
  }

  async #readAsked(): Promise<void> {
    this.#reading = true;
    while (this.#asked.size > 0) {
      const asked = new Map(this.#asked);
      this.#asked.clear();
      try {
        const rows = await this.#read([...asked.keys()]);
        for (const [key, { resolve }] of asked) {
          const row = rows.get(key) ?? null;
          this.#keep(key, row);
          resolve(row);
        }
      } catch (error) {
        for (const { reject } of asked.values()) reject(error);
      }
    }
    this.#reading = false;
  }
}
