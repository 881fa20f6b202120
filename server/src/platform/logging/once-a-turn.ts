/** Where lines go. */
export type LineOutput = {
  /** `urgent` lines have to be out when it returns. */
  write(line: string, urgent: boolean): unknown;
};

/** Writes of so many bytes come out of a pipe in one piece, whoever else writes to it (PIPE_BUF of Linux; POSIX, write). */
const mostBytes = 4_096;

/**
 * An output that is written to once in a turn of the event loop, with the lines of that turn: answers come in bunches,
 * and a write is a call of the system. Only more lines than go through a pipe in one piece take several writes, so that
 * those of several processes are not mixed. What waits when the process exits is written then; a process that is killed
 * loses the lines of its last turn, but for urgent ones.
 */
export function onceATurn(output: { write(lines: string): unknown }): LineOutput {
  let waiting = '';
  let bytes = 0;
  let exited = false;
  const flush = (): void => {
    const lines = waiting;
    waiting = '';
    bytes = 0;
    if (lines !== '') output.write(lines);
  };
  process.once('exit', () => {
    exited = true;
    flush();
  });
  return {
    write(line, urgent) {
      const more = Buffer.byteLength(line);
      if (bytes + more > mostBytes) flush();
      if (waiting === '') setImmediate(flush);
      waiting += line;
      bytes += more;
      if (urgent || exited) flush();
    },
  };
}
