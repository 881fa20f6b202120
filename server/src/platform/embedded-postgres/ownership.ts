import pg from 'pg';
import { isAlive, pause } from './processes.ts';

/** Why the owner lost the database: it stopped running, or another process took it over meanwhile. */
export type LossReason = 'database-stopped' | 'taken-over';

/** The right of one process to a running embedded server, held for as long as its connection lives. */
export type Ownership = {
  /** Whether the right is held at this moment. */
  readonly held: boolean;
  /** Announces that the owner ends the server itself: the loss that follows is not reported, nor made good. */
  expectEnd(): void;
  /** Ends the connection, and with it the right. */
  release(): Promise<void>;
};

/** What `takeOwnership` gives: the right, or the process that has it (unknown if it hides). */
export type OwnershipResult = { readonly ownership: Ownership } | { readonly heldBy: number | undefined };

/** Where and how the right is taken. */
export type OwnershipOptions = {
  /** URL of the maintenance database, which nobody drops or clones. */
  readonly url: string;
  readonly postmasterPid: number;
  readonly onLost?: ((reason: LossReason) => void) | undefined;
};

/** Any pair of numbers will do, as long as it stays the same: the letters PLYS and TRA in ASCII. */
const LOCK = [0x504c5953, 0x545241] as const;
const NAME = 'plystra owner ';
/** How long the server may take to notice that a dead owner's connection is gone. */
const DEAD_OWNER_MS = 10_000;

/**
 * Takes the session-level advisory lock that marks the owner. PostgreSQL frees it when the owner's connection
 * ends, however the owner died. If the connection breaks while the server goes on (it recovered from a crash of
 * one of its processes), the lock is taken again.
 */
export async function takeOwnership(options: OwnershipOptions): Promise<OwnershipResult> {
  const deadline = performance.now() + DEAD_OWNER_MS;
  for (;;) {
    const attempt = await tryLock(options.url);
    if ('client' in attempt) return { ownership: new HeldOwnership(options, attempt.client) };
    const { heldBy } = attempt;
    const dead = heldBy !== undefined && !isAlive(heldBy);
    if (!dead || performance.now() > deadline) return { heldBy };
    await pause(50);
  }
}

class HeldOwnership implements Ownership {
  readonly #options: OwnershipOptions;
  #client: pg.Client | undefined;
  #ending = false;

  constructor(options: OwnershipOptions, client: pg.Client) {
    this.#options = options;
    this.#watch(client);
  }

  get held(): boolean {
    return this.#client !== undefined;
  }

  expectEnd(): void {
    this.#ending = true;
  }

  async release(): Promise<void> {
    this.#ending = true;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    keepsProcessAlive(client, true);
    await client.end().catch(() => undefined);
  }

  #watch(client: pg.Client): void {
    this.#client = client;
    // The right alone is no reason for a process to go on living.
    keepsProcessAlive(client, false);
    client.once('end', () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      void this.#retake();
    });
  }

  async #retake(): Promise<void> {
    for (let wait = 50; !this.#ending; wait = Math.min(wait * 2, 1000)) {
      if (!isAlive(this.#options.postmasterPid)) return this.#lose('database-stopped');
      const attempt = await tryLock(this.#options.url).catch(() => undefined);
      if (attempt !== undefined && 'client' in attempt) {
        if (this.#ending) await attempt.client.end().catch(() => undefined);
        else this.#watch(attempt.client);
        return;
      }
      if (attempt?.heldBy !== undefined && attempt.heldBy !== process.pid) return this.#lose('taken-over');
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
    }
  }

  #lose(reason: LossReason): void {
    if (!this.#ending) this.#options.onLost?.(reason);
  }
}

async function tryLock(url: string): Promise<{ client: pg.Client } | { heldBy: number | undefined }> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${NAME}${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: '-c idle_session_timeout=0 -c statement_timeout=0',
  });
  // Without a listener the loss of the connection would end the process; 'end' follows and is what counts.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const taken = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
      ...LOCK,
    ]);
    if (taken.rows[0]?.taken === true) return { client };
    const heldBy = await findHolder(client);
    await client.end();
    return { heldBy };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** `ref` and `unref` are in the driver, but not in its type declarations. */
function keepsProcessAlive(client: pg.Client, yes: boolean): void {
  const handle = client as unknown as { ref(): void; unref(): void };
  if (yes) handle.ref();
  else handle.unref();
}

async function findHolder(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name
       from pg_locks l
       join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = $2
        and l.database = (select oid from pg_database where datname = current_database())`,
    [...LOCK],
  );
  const name = rows[0]?.name ?? '';
  const pid = Number(name.slice(NAME.length));
  return name.startsWith(NAME) && Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}
