import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a server and its database, so that the database can come back on another port. */
export type DatabaseProxy = {
  /** The URL of the database through the proxy; stays the same. */
  readonly url: string;
  /** Ends all connections and refuses new ones. */
  down(): Promise<void>;
  /** Takes connections again, to the database at this URL. */
  up(databaseUrl: string): Promise<void>;
  /** Lets nothing more through in either direction, and keeps the connections. */
  hold(): void;
  /** Lets nothing more through on the connections that there are, and tells neither end. New ones work. */
  forget(): void;
  /** Lets everything through again; connections that were forgotten break. */
  release(): void;
};

/** Starts a proxy to the database at `databaseUrl`. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  let target = new URL(databaseUrl);
  let held = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => near.write(chunk));
    if (held) near.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    async down() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async up(newUrl) {
      target = new URL(newUrl);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    forget() {
      for (const socket of sockets) forgotten.add(socket.pause());
    },
    hold() {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    release() {
      held = false;
      for (const socket of sockets) {
        if (forgotten.has(socket)) socket.destroy();
        else socket.resume();
      }
    },
  };
}
