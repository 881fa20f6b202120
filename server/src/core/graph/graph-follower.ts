import type pg from 'pg';
import { type Database, preparedOn, snapshotOn } from '../../platform/database/index.ts';
import type { Logger } from '../../platform/logging/index.ts';
import { catchUp } from './catch-up.ts';
import type { Graph } from './graph.ts';
import { loadGraph, reloadScope } from './load-graph.ts';

/** Whether the graph in memory can be decided from: it is being read, current, too far behind, or its database is gone. */
export type GraphState = 'loading' | 'current' | 'behind' | 'lost';

const channel = 'plystra_graph';
/** Changes that are only announced may gather this long: whoever decides on an older state is told by the fence. */
const gatherMs = 20;
/** How often it is looked for changes that nobody announced. */
const sweepMs = 5_000;
/** How often it is looked for them at most when something hints at them. */
const lookMs = 1_000;
/** A transaction may commit this long after it moved a revision, and is found by the sweep all the same. */
const sweepBackMs = 120_000;
/** A round that takes longer means that the graph cannot keep up. */
const behindMs = 5_000;
/**
 * How long it rests at least between two rounds. A Space that changes without pause would have one after the other, at
 * the cost of the decisions in all other Spaces; its own wait for a round that serves more of them.
 */
const restMs = 10;
const retryMs = [100, 300, 1_000, 3_000];
/** Names of scopes that fit into one notification (less than 8,000 bytes), be each of 128 characters of four bytes. */
const namesInNotice = 15;
/** Scopes that one statement catches up with. */
const scopesAtOnce = 500;

const moved = `
select (extract(epoch from now()) * 1000)::float8 as now,
  (select coalesce(json_agg(json_build_array(scope, revision)), '[]') from graph_revisions
    where changed_at >= to_timestamp($1::float8 / 1000)) as scopes`;

/**
 * Keeps the graph of this process at the heels of the database, on a connection of its own: reads it, then follows the
 * change log of each scope, when a notice, the fence or a sweep says that the scope has moved. Being late costs a round
 * and makes nothing wrong. When the connection breaks, the next one may lead to another server, which may have lost
 * what the first one had: the graph is read anew.
 */
export class GraphFollower {
  readonly #database: Database;
  readonly #log: Pick<Logger, 'warn' | 'info'>;
  #graph: Graph | null = null;
  #client: pg.ClientBase | null = null;
  /** The connection that there is; `#client` is it as soon as the graph is read. */
  #connection: pg.Client | null = null;
  readonly #wanted = new Set<string>();
  readonly #announced = new Set<string>();
  #sweptAt = 0;
  #lookedAt = 0;
  #sweepDue = false;
  #gathering: NodeJS.Timeout | null = null;
  #round: PromiseWithResolvers<void> | null = null;
  #roundSince: number | null = null;
  #roundEnded = Number.NEGATIVE_INFINITY;
  #working = false;
  #ended = false;
  readonly #life: Promise<void>;
  #wake: () => void = () => undefined;
  readonly #firstLoad = Promise.withResolvers<void>();

  readonly #onLost: () => void;

  /** `onLost` is called whenever the connection is gone, so that no other one goes on with the same server. */
  constructor(database: Database, log: Pick<Logger, 'warn' | 'info'>, onLost: () => void) {
    this.#database = database;
    this.#log = log;
    this.#onLost = onLost;
    this.#life = this.#live();
  }

  /** The graph, while it can be decided from; null otherwise. */
  get graph(): Graph | null {
    return this.state === 'current' ? this.#graph : null;
  }

  get state(): GraphState {
    if (this.#graph === null) return 'loading';
    if (this.#client === null) return 'lost';
    const late = this.#roundSince !== null && performance.now() - this.#roundSince > behindMs;
    return late ? 'behind' : 'current';
  }

  /** Settles when the graph was read for the first time. */
  get loaded(): Promise<void> {
    return this.#firstLoad.promise;
  }

  /** Brings scopes to where the database stands now. Rejects when its connection is gone. */
  catchUp(scopes: Iterable<string>): Promise<void> {
    if (this.#client === null) return Promise.reject(new Error('The graph has no connection.'));
    for (const scope of scopes) this.#wanted.add(scope);
    this.#round ??= Promise.withResolvers<void>();
    const { promise } = this.#round;
    void this.#work();
    return promise;
  }

  /** Tells all processes, this one too, that scopes have moved. Soon, and together with others. */
  announce(scopes: readonly string[]): void {
    for (const scope of scopes) this.#announced.add(scope);
    this.#soon();
  }

  /** Looks for changes that nobody announced before the next sweep is due: the database knew what the graph did not. */
  look(): void {
    if (performance.now() - this.#lookedAt < lookMs) return;
    this.#sweepDue = true;
    void this.#work();
  }

  /** Reads the graph anew on a new connection: somebody else has lost the server. Until then there is no graph. */
  readAnew(): void {
    if (this.#client === null) return;
    this.#client = null;
    this.#wake();
  }

  /** Ends following, and its connection. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#wake();
    // A large graph takes seconds to read, and nobody wants it any more.
    await this.#connection?.end().catch(() => undefined);
    await this.#life;
  }

  async #live(): Promise<void> {
    for (let failures = 0; !this.#ended; failures += 1) {
      const client = this.#database.connection('plystra graph');
      const broken = new Promise<void>((resolve) => {
        client.on('error', () => resolve());
        client.on('end', () => resolve());
        this.#wake = resolve;
      });
      const sweep = setInterval(() => {
        this.#sweepDue = true;
        void this.#work();
      }, sweepMs);
      try {
        await client.connect();
        this.#connection = client;
        client.on('notification', ({ payload }) => this.#noticed(payload ?? ''));
        await client.query(`listen ${channel}`);
        this.#graph = await this.#load(client);
        this.#client = client;
        this.#firstLoad.resolve();
        failures = 0;
        this.#sweepDue = true;
        void this.#work();
        if (!this.#ended) await broken;
      } catch (error) {
        if (!this.#ended) this.#log.warn({ err: error }, 'The authorization graph could not be followed.');
      }
      clearInterval(sweep);
      this.#connection = null;
      this.#client = null;
      this.#giveUp();
      this.#onLost();
      await client.end().catch(() => undefined);
      if (!this.#ended) await this.#pause(retryMs[Math.min(failures, retryMs.length - 1)] as number);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, ms).unref();
    });
  }

  async #load(client: pg.ClientBase): Promise<Graph> {
    const start = performance.now();
    const { rows } = await client.query('select (extract(epoch from now()) * 1000)::float8 as now');
    this.#sweptAt = Number(rows[0].now);
    const graph = await snapshotOn(client, (connection) => loadGraph(connection));
    const { members, bindings, assignments, bytes } = graph.memberships.size;
    const took = Math.round(performance.now() - start);
    this.#log.info({ members, bindings, assignments, bytes, duration_ms: took }, 'authorization graph read');
    return graph;
  }

  #noticed(payload: string): void {
    for (const scope of payload.split('\n')) this.#wanted.add(scope);
    this.#soon();
  }

  #soon(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      void this.#work();
    }, gatherMs).unref();
  }

  /** One round after the other for as long as there is something to do; all on one connection, in turn. */
  async #work(): Promise<void> {
    const client = this.#client;
    if (this.#working || client === null) return;
    this.#working = true;
    try {
      while (this.#wanted.size + this.#announced.size > 0 || this.#sweepDue || this.#round !== null) {
        const rest = this.#roundEnded + restMs - performance.now();
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
        const round = this.#round;
        this.#round = null;
        this.#roundSince = performance.now();
        await this.#oneRound(client).then(round?.resolve, (error) => {
          round?.reject(error);
          throw error;
        });
        this.#roundEnded = performance.now();
      }
    } catch (error) {
      // A connection that fails at this is replaced, and the rest is found by the sweep of the next one.
      if (!this.#ended) this.#log.warn({ err: error }, 'The authorization graph could not catch up.');
      if (this.#client === client) this.#client = null;
      this.#wake();
    } finally {
      this.#working = false;
      this.#roundSince = null;
    }
  }

  async #oneRound(client: pg.ClientBase): Promise<void> {
    const connection = preparedOn(client);
    const graph = this.#graph as Graph;
    const announced = [...this.#announced];
    this.#announced.clear();
    for (const scope of announced) this.#wanted.add(scope);
    for (let at = 0; at < announced.length; at += namesInNotice) {
      const names = announced.slice(at, at + namesInNotice).join('\n');
      await connection.query('select pg_notify($1, $2)', [channel, names]);
    }
    if (this.#sweepDue) await this.#sweep(client);
    const scopes = [...this.#wanted];
    this.#wanted.clear();
    for (let at = 0; at < scopes.length; at += scopesAtOnce) {
      const unlogged = await catchUp(connection, graph, scopes.slice(at, at + scopesAtOnce));
      for (const scope of unlogged) {
        await snapshotOn(client, (snapshot) => reloadScope(snapshot, graph, scope));
      }
    }
  }

  async #sweep(client: pg.ClientBase): Promise<void> {
    this.#sweepDue = false;
    this.#lookedAt = performance.now();
    const { rows } = await preparedOn(client).query(moved, [this.#sweptAt - sweepBackMs]);
    const told = rows[0] as { readonly now: number; readonly scopes: readonly [string, number][] };
    for (const [scope, revision] of told.scopes) {
      if (this.#graph?.revision(scope) !== revision) this.#wanted.add(scope);
    }
    this.#sweptAt = told.now;
  }

  #giveUp(): void {
    this.#round?.reject(new Error('The connection of the graph is gone.'));
    this.#round = null;
  }
}
