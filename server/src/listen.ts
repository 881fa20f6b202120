import { type AddressInfo, createServer, type Server } from 'node:net';

/** Where a server is to listen. */
export type ListenPlace = { readonly host: string; readonly port: number };

const advice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there. End it, or choose another SERVER_PORT (0 takes a free one).',
  EACCES: 'the system does not allow it. Choose a SERVER_PORT from 1024 on, or give the process the right.',
  EADDRNOTAVAIL:
    'this machine has no such address. Set SERVER_HOST to one of its own, or to 0.0.0.0 for all.',
  ENOTFOUND: 'the name of the host is not known. Set SERVER_HOST to an address, or to 0.0.0.0 for all.',
};

/**
 * Listens, and waits until it does.
 *
 * @throws Error that names SERVER_HOST and SERVER_PORT and says what to do
 */
export async function listen(server: Server, { host, port }: ListenPlace): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(
      `Cannot listen on SERVER_HOST ${host}, SERVER_PORT ${port}: ${advice[code] ?? `${message}.`}`,
      { cause: error },
    );
  }
}

/**
 * Listens for a moment only, to find out what would go wrong before anything else is started. Gives the port, which is
 * a free one where none is named.
 *
 * @throws Error as `listen` does
 */
export async function tryToListen(place: ListenPlace): Promise<number> {
  const server = createServer();
  await listen(server, place);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
