import pg from 'pg';
import { cancelStatement } from './cancel-statement.ts';
import type { CommandContext } from './command.ts';
import { describeDatabase, findDatabase } from './database-place.ts';
import { OperatorError } from './failure.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Does a work on one connection to the database that the environment means. When the process is asked to end, the
 * statement under way is cancelled and the connection ends, so that the work fails; a database that was started for
 * this is stopped whatever happens.
 *
 * @throws OperatorError `DATABASE_UNREACHABLE`, and whatever `findDatabase` and the work throw
 */
export async function withDatabase<T>(
  context: CommandContext,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const place = await findDatabase(context);
  try {
    context.signal.throwIfAborted();
    return await withClient(place.url, context.signal, work);
  } finally {
    await place.stop();
  }
}

async function withClient<T>(
  url: string,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'plystractl',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // The loss of the connection shows in the query that meets it.
  client.on('error', () => undefined);
  try {
    await unlessAborted(signal, connect(client, url));
    return await cancelling(client, signal, work);
  } finally {
    // A connection that was given up while it was being made has nothing to say goodbye to.
    if (!signal.aborted) await client.end().catch(() => undefined);
  }
}

/** Waits for a work that can be left alone: a request to end gives it up. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Waits for a work that must come to an end of its own: a request to end makes its next, or present, query fail. */
async function cancelling<T>(
  client: pg.Client,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  let ended: Promise<unknown> | undefined;
  const abort = (): void => {
    ended = cancelStatement(client).then(() => client.end().catch(() => undefined));
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await work(client);
  } finally {
    signal.removeEventListener('abort', abort);
    await ended;
  }
}

async function connect(client: pg.Client, url: string): Promise<void> {
  try {
    await client.connect();
  } catch (cause) {
    throw new OperatorError(
      'DATABASE_UNREACHABLE',
      `Cannot connect to the database ${describeDatabase(url)}: ${reasonOf(cause)}.`,
      'Check DATABASE_URL, and that PostgreSQL runs there and lets this role in.',
      cause,
    );
  }
}

/** A host with several addresses fails with one error for each, and no words of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join('; ');
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replace(/\.$/, '');
}
