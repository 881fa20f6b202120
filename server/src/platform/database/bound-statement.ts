import type pg from 'pg';
import type { Parameter } from './array-parameter.ts';
import { MessageBuffer } from './message-buffer.ts';
import { statementName } from './prepared.ts';

/** A row of an answer: its columns as texts, in their order. */
export type TextRow = readonly (string | null)[];

/**
 * A statement that one connection runs over and over with large parameters. They are written straight into one buffer,
 * which is sent as it is and used again for the next run; the driver would copy each of them several times into memory
 * that is new every time. How the messages look is told in PostgreSQL's manual, "Message Formats".
 */
export class BoundStatement {
  readonly #client: pg.Client;
  readonly #text: string;
  readonly #name: string;
  readonly #buffer = new MessageBuffer();
  /** Whether the server knows it. After an error it is told anew. */
  #known = false;

  constructor(client: pg.Client, text: string) {
    this.#client = client;
    this.#text = text;
    this.#name = statementName(text);
  }

  /** Runs it once. Runs wait for each other. */
  async run(parameters: readonly Parameter[]): Promise<readonly TextRow[]> {
    const run = new Run((connection) => this.#send(connection, parameters));
    this.#client.query(run);
    try {
      const rows = await run.done;
      this.#known = true;
      return rows;
    } catch (error) {
      this.#known = false;
      throw error;
    } finally {
      this.#buffer.shrink();
    }
  }

  /**
   * The driver calls this when the server is ready. It is only after it has read all of the run before, the last
   * message included, so that nobody needs the contents of the buffer any more.
   */
  #send({ stream }: pg.Connection, parameters: readonly Parameter[]): void {
    const buffer = this.#buffer;
    buffer.clear();
    if (!this.#known) this.#prepare();
    buffer.message('B', () => {
      buffer.name(''); // the portal
      buffer.name(this.#name);
      for (const field of [1, 1, parameters.length]) buffer.int16(field); // all parameters are binary
      for (const write of parameters) buffer.measured(() => write(buffer));
      buffer.int16(0); // all columns of the answer are text
    });
    buffer.message('E', () => {
      buffer.name('');
      buffer.int32(0); // all rows
    });
    buffer.message('S', () => undefined);
    // On one that is not writable any more the driver is about to fail whatever is under way.
    if (stream.writable) stream.write(buffer.written);
  }

  /** Closing what is not there is no error. */
  #prepare(): void {
    const buffer = this.#buffer;
    buffer.message('C', () => buffer.name(`S${this.#name}`));
    buffer.message('P', () => {
      buffer.name(this.#name);
      buffer.name(this.#text);
      buffer.int16(0); // types of parameters: those that the text says
    });
  }
}

/** One run, as the driver wants it: it calls these methods for what the server says. */
class Run implements pg.Submittable {
  readonly #send: (connection: pg.Connection) => void;
  readonly #done = Promise.withResolvers<readonly TextRow[]>();
  readonly #rows: TextRow[] = [];

  constructor(send: (connection: pg.Connection) => void) {
    this.#send = send;
  }

  get done(): Promise<readonly TextRow[]> {
    return this.#done.promise;
  }

  /** The driver takes an error that is returned for the one of the run. */
  submit(connection: pg.Connection): unknown {
    try {
      this.#send(connection);
      return null;
    } catch (error) {
      return error;
    }
  }

  handleDataRow({ fields }: { readonly fields: TextRow }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#done.resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#done.reject(error);
  }
}
