import type { DatabaseClock } from '../../../platform/clock/index.ts';
import { type Database, preparedOn } from '../../../platform/database/index.ts';
import type { Logger } from '../../../platform/logging/index.ts';
import { GraphFollower, type GraphState, storedRows } from '../../graph/index.ts';
import { FencedLog, recordedEvents } from '../../kernel/index.ts';
import type { MemoryServices } from './memory-path.ts';

/** What a process keeps to decide from memory. */
export type DecisionMemory = MemoryServices & {
  readonly follower: GraphFollower;
  readonly log: FencedLog;
  /** Whether it can be decided from now. */
  readonly state: GraphState;
  /** Settles when the graph is there, or after the given time in milliseconds: a large one is read while others work. */
  loaded(mostMs: number): Promise<void>;
  /** Ends its connections. Nothing may wait to go on record any more: the server has drained by then. */
  stop(): Promise<void>;
};

/**
 * Opens it: the graph begins to be read, and until it is there every question takes the plain path. When one of the
 * connections breaks all of them are made anew, since the next server may not be the same.
 *
 * `fenced: false` leaves the fence away. Answers are stale then; it is there to show what the fence does and costs.
 */
export function openDecisionMemory(
  database: Database,
  clock: DatabaseClock,
  log: Pick<Logger, 'warn' | 'info'>,
  { fenced } = { fenced: true },
): DecisionMemory {
  const fencedLog: FencedLog = new FencedLog(database, () => follower.readAnew(), { fenced });
  const follower: GraphFollower = new GraphFollower(database, log, () => void fencedLog.reset());
  const announce = (scopes: readonly string[]) => follower.announce(scopes);
  recordedEvents.on('moved', announce);
  return {
    follower,
    log: fencedLog,
    clock,
    rows: storedRows(preparedOn(database.pool)),
    get state() {
      return follower.state;
    },
    loaded: (mostMs) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, mostMs);
      void follower.loaded.then(resolve);
      return promise.finally(() => clearTimeout(timer));
    },
    async stop() {
      recordedEvents.off('moved', announce);
      await follower.stop();
      await fencedLog.reset();
    },
  };
}
