import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { openRawConnection } from '../../../scripts/bench/raw-connection.ts';

const request = Buffer.from('POST / HTTP/1.1\r\n\r\n');

describe('the connection of the load', () => {
  const server = createServer();
  const sockets: Socket[] = [];
  let port = 0;

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });

  /** Opens a connection and gives both of its ends. */
  async function open(failed: (error: Error) => void) {
    const [[accepted], connection] = await Promise.all([
      once(server, 'connection') as Promise<[Socket]>,
      openRawConnection(port, failed),
    ]);
    sockets.push(accepted);
    return { accepted, connection };
  }

  /** Sends a request and answers it with these pieces, each in a packet of its own. */
  async function answeredWith(pieces: readonly string[]): Promise<number> {
    const { accepted, connection } = await open((error) => assert.fail(error));
    accepted.setNoDelay(true);
    const last = pieces.length - 1;
    let written = -1;
    const answer = new Promise<{ status: number; after: number }>((resolve) => {
      connection.send(request, (status) => resolve({ status, after: written }));
    });
    await once(accepted, 'data');
    for (const [index, piece] of pieces.entries()) {
      written = index;
      accepted.write(piece);
      if (index < last) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { status, after } = await answer;
    connection.close();
    assert.equal(after, last, 'told before the answer was complete');
    return status;
  }

  test('takes an answer in one piece', async () => {
    assert.equal(await answeredWith(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}']), 200);
  });

  test('waits for the last byte of an answer that comes in pieces', async () => {
    const pieces = ['HTTP/1.1 503 No\r\ncontent-', 'length: 7\r\n', '\r\n{"a', '":', '1}'];
    assert.equal(await answeredWith(pieces), 503);
  });

  test('tells of a connection that the server closes', async () => {
    const failed = Promise.withResolvers<Error>();
    const { accepted } = await open(failed.resolve);
    accepted.destroy();
    assert.match((await failed.promise).message, /closed|ECONNRESET/);
  });

  test('tells of an answer whose length it cannot know', async () => {
    const failed = Promise.withResolvers<Error>();
    const { accepted, connection } = await open(failed.resolve);
    connection.send(request, () => assert.fail('answered'));
    accepted.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    assert.match((await failed.promise).message, /Content-Length/);
    connection.close();
  });
});
