import { connect, type Socket } from 'node:net';

/** One kept connection that sends ready-made requests and waits for each answer. */
export type RawConnection = {
  /** Sends a request; `answered` is called once with the status when its answer is complete. */
  send(request: Buffer, answered: (status: number) => void): void;
  close(): void;
};

const receiveBytes = 64 * 1024;

/**
 * Opens a connection. It reads no more of an answer than its status and its length, so that the load costs little
 * beside the server on the same machine. `failed` is told when the connection breaks or an answer has no length.
 */
export function openRawConnection(port: number, failed: (error: Error) => void): Promise<RawConnection> {
  return new Promise((resolve) => {
    let answered: ((status: number) => void) | null = null;
    let closing = false;
    let status = 0;
    /** Bytes of the body that are still to come; null before the end of the headers. */
    let left: number | null = null;
    let head = '';
    const socket: Socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(receiveBytes),
        callback: (length, chunk) => {
          receive(chunk as Buffer, length);
          return true;
        },
      },
    });
    const receive = (chunk: Buffer, length: number): void => {
      if (left === null) {
        const before = head.length;
        head += chunk.toString('latin1', 0, length);
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        status = Number(head.slice(9, 12));
        const bodyLength = contentLength(head.slice(0, end));
        if (bodyLength === null) {
          failed(new Error('An answer came without Content-Length.'));
          return;
        }
        left = bodyLength - (before + length - (end + 4));
      } else left -= length;
      if (left > 0) return;
      left = null;
      head = '';
      const done = answered;
      answered = null;
      done?.(status);
    };
    const broken = (error: Error) => {
      if (!closing) failed(error);
    };
    socket.on('error', broken);
    socket.on('close', () => broken(new Error('The server closed the connection.')));
    socket.on('connect', () =>
      resolve({
        send(request, then) {
          answered = then;
          socket.write(request);
        },
        close() {
          closing = true;
          socket.destroy();
        },
      }),
    );
  });
}

function contentLength(headers: string): number | null {
  const found = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
  return found === undefined ? null : Number(found);
}
