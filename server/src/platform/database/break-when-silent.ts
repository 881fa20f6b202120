import type { Socket } from 'node:net';
import type pg from 'pg';

/**
 * Breaks a connection, once it is open, on which a statement or a farewell has waited for so many milliseconds and not
 * a byte has come. Where a network loses a connection without telling its ends, the operating system goes on for a
 * quarter of an hour before it says so; whoever waits is told earlier by this, and the connection is replaced.
 */
export function breakWhenSilent(client: pg.Client | pg.PoolClient, silenceMs: number): void {
  const socket = (client as pg.Client).connection.stream as Socket;
  socket.setTimeout(silenceMs, () => {
    if (socket.writableEnded) socket.destroy();
    // The driver's own mark that no statement is under way: silence is as it should be.
    else if (Reflect.get(client, 'readyForQuery') !== true) {
      socket.destroy(new Error('Connection terminated: the database has been silent for too long.'));
    }
  });
}
