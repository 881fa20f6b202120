import type pg from 'pg';

/** What is known of the connections of a pool. */
export type OpenConnections = {
  /** Waits until each has ended; a pool's own end does not. At most so many milliseconds. */
  allEnded(timeoutMs: number): Promise<void>;
};

/**
 * Follows the connections of a pool from their beginning to their end. One that breaks while a transaction holds it
 * and no statement runs would end the process: the next statement meets the loss, and that is where it is told.
 */
export function followConnections(pool: pg.Pool): OpenConnections {
  const open = new Set<pg.PoolClient>();
  let emptied: (() => void) | null = null;
  pool.on('connect', (client) => {
    open.add(client);
    client.on('error', () => undefined);
  });
  pool.on('remove', (client) => {
    open.delete(client);
    if (open.size === 0) emptied?.();
  });
  return {
    async allEnded(timeoutMs) {
      if (open.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        emptied = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
    },
  };
}
