/** Where lines go. */
export type LineOutput = { write(line: string): unknown };

/**
 * An output that is written to once in a turn of the event loop, with all lines of that turn: answers come in bunches,
 * and a write is a call of the system. What waits when the process ends is written then.
 */
export function onceATurn(output: LineOutput): LineOutput {
  let waiting = '';
  const flush = (): void => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') output.write(lines);
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (waiting === '') setImmediate(flush);
      waiting += line;
    },
  };
}
