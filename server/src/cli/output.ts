import { styleText } from 'node:util';
import type { Environment } from '../platform/config/index.ts';

/** A stream to write to, and whether it is a terminal. */
export type TextStream = { readonly isTTY?: boolean; write(text: string): unknown };

/** The colours that mean something here: well, to be done, wrong, of less weight. */
export type Colour = 'green' | 'yellow' | 'red' | 'dim';

/** Where a command says what it has to say. */
export type Output = {
  /** A line of the result, on stdout. Silent when the result is JSON. */
  line(text: string): void;
  /** A line for the person at the terminal, on stderr. */
  note(text: string): void;
  /** Colours a part of a line of the result. */
  paint(colour: Colour, text: string): string;
  /** Colours a part of a note. */
  paintNote(colour: Colour, text: string): string;
  /** Shows how far a work has come: a bar on a terminal, elsewhere a line. `done` are finished, `title` is next. */
  progress(done: number, total: number, title: string): void;
  /** Takes the bar away. */
  endProgress(): void;
};

const BAR_WIDTH = 20;

/** Output on a pair of streams; `json` silences the lines of the result. */
export function createOutput(
  stdout: TextStream,
  stderr: TextStream,
  environment: Environment,
  json: boolean,
): Output {
  const paintOn = (stream: TextStream) => {
    const coloured = hasColours(stream, environment);
    return (colour: Colour, text: string): string =>
      coloured ? styleText(colour, text, { validateStream: false }) : text;
  };
  const movesCursor = stderr.isTTY === true && environment['TERM'] !== 'dumb';
  let bar = '';
  const erase = (): void => {
    if (bar !== '') stderr.write('\r\x1b[2K');
  };
  // A line that is printed while the bar is there goes above it.
  const above = (write: () => void): void => {
    erase();
    write();
    stderr.write(bar);
  };
  return {
    line(text) {
      if (!json) above(() => stdout.write(`${text}\n`));
    },
    note: (text) => above(() => stderr.write(`${text}\n`)),
    paint: paintOn(stdout),
    paintNote: paintOn(stderr),
    progress(done, total, title) {
      if (!movesCursor) {
        stderr.write(`${title} (${done + 1} of ${total})\n`);
        return;
      }
      erase();
      const filled = Math.round((done / total) * BAR_WIDTH);
      bar = `[${'='.repeat(filled).padEnd(BAR_WIDTH)}] ${done}/${total} ${title}`;
      stderr.write(bar);
    },
    endProgress() {
      erase();
      bar = '';
    },
  };
}

/** Colours are for terminals only, and not for people who have said no to them (no-color.org). */
function hasColours(stream: TextStream, environment: Environment): boolean {
  return stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}
