import type { Queryable } from '../../platform/database/index.ts';
import { touchApiKeys, touchSessions } from './credential-upkeep.ts';

const everyMs = 60_000;
/** Credentials that are remembered as touched; beyond that all are forgotten, and touched once more. */
const mostRemembered = 50_000;

/**
 * The use of credentials that are known from memory, written down once a minute each, and for all that were used
 * meanwhile in one statement. It is bookkeeping: a failure is left to the next use.
 */
export class Touches {
  readonly #connection: Queryable;
  readonly #touched = new Map<string, number>();
  readonly #due = { sessions: new Set<string>(), apiKeys: new Set<string>() };
  #writing: Promise<void> | null = null;

  constructor(connection: Queryable) {
    this.#connection = connection;
  }

  session(id: string): void {
    this.#note(id, this.#due.sessions);
  }

  apiKey(id: string): void {
    this.#note(id, this.#due.apiKeys);
  }

  /** Settles when what was noted is written; asked for before the connections end. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #note(id: string, due: Set<string>): void {
    const now = performance.now();
    const before = this.#touched.get(id);
    if (before !== undefined && now - before < everyMs) return;
    if (this.#touched.size >= mostRemembered) this.#touched.clear();
    this.#touched.set(id, now);
    due.add(id);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  async #write(): Promise<void> {
    while (this.#due.sessions.size + this.#due.apiKeys.size > 0) {
      const [sessions, apiKeys] = [[...this.#due.sessions], [...this.#due.apiKeys]];
      this.#due.sessions.clear();
      this.#due.apiKeys.clear();
      if (sessions.length > 0) await touchSessions(this.#connection, sessions).catch(() => undefined);
      if (apiKeys.length > 0) await touchApiKeys(this.#connection, apiKeys).catch(() => undefined);
    }
  }
}
