import type pg from 'pg';
import { ApiError, notInTime } from '../../contract/api-error.ts';
import type { RequestFacts } from '../../contract/handlers.ts';
import { BoundStatement, type Database, databaseFault } from '../../platform/database/index.ts';
import type { FencedEntry } from './fence.ts';
import {
  type EncodedEntry,
  encodeEntry,
  fenceQuestion,
  fenceStatement,
  unfencedStatement,
} from './fence-statement.ts';

/** What became of an entry: it is on record, or its fence did not hold. */
export type FenceAnswer = {
  readonly passed: boolean;
  /** The database's clock at that moment, milliseconds since the epoch. */
  readonly now: number;
  /** The scopes of its fence that stand at another revision. */
  readonly moved: readonly string[];
};

/** Whether entries wait for each other's turn one by one, or come in bulk and let the single ones pass. */
export type Lane = 'single' | 'bulk';

type Waiting = Pick<PromiseWithResolvers<FenceAnswer>, 'resolve' | 'reject'> & {
  readonly entry: EncodedEntry;
  readonly signal: RequestFacts['signal'];
};
type Line = {
  readonly client: pg.Client;
  readonly statement: BoundStatement;
  connected: Promise<unknown>;
  busy: boolean;
};

/** Rows of one statement at most. Those that come in bulk leave the database room for single ones in between. */
const rowsAtOnce: Readonly<Record<Lane, number>> = { single: 256, bulk: 64 };
/** Entries that wait at most, a second or two of work, and their characters. */
const mostWaiting = 8_192;
const mostCharacters = 64 * 2 ** 20;
/** Characters of one statement, beyond which it takes no further row. */
const charactersAtOnce = 8 * 2 ** 20;

/** The planner knows nothing of the size of a batch; whatever the statement looks up is to go by an index. */
const planning = {
  ...{ enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off', jit: 'off' },
  ...{ plan_cache_mode: 'force_generic_plan' },
};

/**
 * Puts decisions on record, in batches: whenever a connection is free it takes all that wait, up to a bound, in one
 * statement. There is no timer; the commit under way is the timer. Single entries have a connection of their own, so
 * that those that come in bulk hold up each other, and not them.
 */
export class FencedLog {
  readonly #database: Database;
  readonly #onLost: () => void;
  readonly #waiting: Readonly<Record<Lane, Waiting[]>> = { single: [], bulk: [] };
  readonly #lines = new Map<Lane, Line>();
  readonly #statement: string;
  #characters = 0;
  #reserved = 0;
  /** Those in bulk that wait for characters to become fewer. */
  readonly #wantRoom: (() => void)[] = [];

  /** `onLost` is called when a connection broke: the next one may lead to another server. */
  constructor(database: Database, onLost: () => void, { fenced }: { readonly fenced: boolean }) {
    this.#database = database;
    this.#onLost = onLost;
    this.#statement = fenced ? fenceStatement : unfencedStatement;
  }

  /**
   * Records an entry if its fence holds. After `signal` is aborted nothing is written any more. Whoever records in bulk
   * has reserved the room for it.
   *
   * @throws ApiError DECISION_QUEUE_FULL when too many wait; the database's error when the row could not be written
   */
  async record(entry: FencedEntry, signal: RequestFacts['signal'], lane: Lane): Promise<FenceAnswer> {
    if (lane === 'bulk') {
      while (this.#characters >= mostCharacters) {
        await new Promise<void>((wake) => this.#wantRoom.push(wake));
      }
    } else if (this.#waiting.single.length >= mostWaiting || this.#characters >= mostCharacters) {
      throw ApiError.forNow('DECISION_QUEUE_FULL', 1);
    }
    const { promise, resolve, reject } = Promise.withResolvers<FenceAnswer>();
    const encoded = encodeEntry(entry);
    this.#characters += encoded.size;
    this.#waiting[lane].push({ entry: encoded, signal, resolve, reject });
    void this.#work(lane);
    return promise;
  }

  /**
   * Keeps room for entries that come in bulk, until what it gives is called.
   *
   * @throws ApiError DECISION_QUEUE_FULL when there is not enough
   */
  reserve(entries: number): () => void {
    if (this.#reserved + entries > mostWaiting) throw ApiError.forNow('DECISION_QUEUE_FULL', 1);
    this.#reserved += entries;
    return () => {
      this.#reserved -= entries;
    };
  }

  /** Ends the connections; the next entry opens new ones. What is under way on them is rejected. */
  async reset(): Promise<void> {
    const lines = [...this.#lines.values()];
    this.#lines.clear();
    await Promise.all(lines.map(({ client }) => client.end().catch(() => undefined)));
  }

  async #work(lane: Lane): Promise<void> {
    const line = this.#lines.get(lane) ?? this.#open(lane);
    if (line.busy) return;
    line.busy = true;
    while (this.#waiting[lane].length > 0) {
      let batch: Waiting[] = [];
      try {
        // What waits is taken when it can be sent: until then it may be answered for lack of time.
        await line.connected.finally(() => {
          batch = this.#take(lane).filter(inTime);
        });
        if (batch.length > 0) await this.#write(line.statement, batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
        if (this.#lines.get(lane) !== line) break;
      }
    }
    line.busy = false;
    if (this.#waiting[lane].length > 0) void this.#work(lane);
  }

  /** The next rows of a line that go into one statement: one at least, whatever its size. */
  #take(lane: Lane): Waiting[] {
    const waiting = this.#waiting[lane];
    let rows = 0;
    let characters = 0;
    while (rows < Math.min(waiting.length, rowsAtOnce[lane]) && characters < charactersAtOnce) {
      characters += (waiting[rows] as Waiting).entry.size;
      rows += 1;
    }
    this.#characters -= characters;
    for (const wake of this.#wantRoom.splice(0)) wake();
    return waiting.splice(0, rows);
  }

  #open(lane: Lane): Line {
    const client = this.#database.connection(`plystra audit ${lane}`, planning);
    const lost = () => {
      if (this.#lines.get(lane) !== line) return;
      this.#lines.delete(lane);
      void client.end().catch(() => undefined);
      this.#onLost();
    };
    client.on('error', lost);
    client.on('end', lost);
    // A client that is ended while it connects never says so.
    const ended = new Promise<never>((_resolve, reject) => {
      client.once('end', () => reject(new Error('Connection terminated')));
    });
    const connected = Promise.race([client.connect(), ended]);
    const statement = new BoundStatement(client, this.#statement);
    const line: Line = { client, statement, connected, busy: false };
    line.connected.catch(lost);
    this.#lines.set(lane, line);
    return line;
  }

  async #write(statement: BoundStatement, batch: readonly Waiting[]): Promise<void> {
    const question = fenceQuestion(batch.map(({ entry }) => entry));
    const rows = await statement.run(question.parameters).catch(async (error: unknown) => {
      if (batch.length === 1 || !isOfData(error)) throw error;
      // One row that the database refuses does not take the others with it.
      for (const one of batch) if (inTime(one)) await this.#write(statement, [one]).catch(one.reject);
      return null;
    });
    if (rows === null) return;
    const { now, failed } = question.read(rows[0]);
    for (const [index, { resolve }] of batch.entries()) {
      const moved = failed.get(index);
      resolve({ passed: moved === undefined, now, moved: moved ?? [] });
    }
  }
}

/** What was answered for lack of time is not written any more; it is rejected here. */
function inTime({ signal, reject }: Waiting): boolean {
  if (signal?.aborted !== true) return true;
  reject(notInTime());
  return false;
}

/** SQLSTATE classes 22, 23 and 54: a value, a constraint, or too large, so the fault of a row (or of all together). */
function isOfData(error: unknown): boolean {
  return /^(22|23|54)/.test(databaseFault(error)?.sqlState ?? '');
}
