import { connect } from 'node:net';
import type pg from 'pg';

/** Code of CancelRequest (PostgreSQL protocol, "Message Formats"). */
const CANCEL_REQUEST = 80_877_102;
const TIMEOUT_MS = 2000;

/**
 * Asks the server to cancel what this connection has it do; without effect when it does nothing. By the protocol's own
 * request and not by pg_cancel_backend, since that would meet another client's process behind a connection pooler.
 * Never throws, and takes two seconds at most.
 */
export function cancelStatement(client: pg.Client): Promise<void> {
  // The driver has both numbers, its type declarations do not.
  const { processID, secretKey } = client as unknown as Record<'processID' | 'secretKey', number | null>;
  if (processID === null || secretKey === null) return Promise.resolve();
  const message = Buffer.alloc(16);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(CANCEL_REQUEST, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  const { host, port } = client;
  return new Promise((resolve) => {
    const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }, () =>
      socket.end(message),
    );
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    // The server answers nothing: it closes the connection when it has passed the request on.
    socket.resume();
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
  });
}
