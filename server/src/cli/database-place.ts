import pg from 'pg';
import { type Config, loadConfig } from '../platform/config/index.ts';
import {
  EmbeddedPostgresError,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../platform/embedded-postgres/index.ts';
import type { CommandContext } from './command.ts';
import type { Output } from './output.ts';

/** A database to work on. */
export type DatabasePlace = {
  /** Holds the password: never printed. */
  readonly url: string;
  /** Stops what was started for the command, and nothing else. */
  stop(): Promise<void>;
};

type Finding = Pick<CommandContext, 'environment' | 'output'>;

/**
 * Finds the database that the environment means: that of DATABASE_URL, else the embedded one of the data folder, which
 * is started if it does not run. Says on stderr which one it is.
 *
 * @throws ConfigError, EmbeddedPostgresError
 */
export async function findDatabase({ environment, output }: Finding): Promise<DatabasePlace> {
  const config = loadConfig(environment);
  const { url } = config.database;
  if (url === null) return findEmbedded(config, output);
  output.note(`Database: ${describeDatabase(url)}.`);
  return { url, stop: async () => undefined };
}

/** A connection URL in words, as the driver understands it: database, host, port and role, no password. */
export function describeDatabase(url: string): string {
  const { database, host, port, user } = new pg.Client({ connectionString: url });
  const address = host.includes(':') ? `[${host}]` : host;
  const role = user === undefined ? '' : ` as ${user}`;
  return `${database ?? 'the default database'} on ${address}:${port}${role}`;
}

async function findEmbedded(config: Config, output: Output): Promise<DatabasePlace> {
  const wanted = config.server.dataDir;
  const running = await findRunning(wanted, output);
  if (running !== undefined) return running;
  try {
    const started = await startEmbeddedPostgres({
      dataFolder: wanted,
      onRelocated: (folder) =>
        output.note(`The data folder is ${folder}: the database cannot reach the one asked for.`),
    });
    const how = started.state === 'initialised' ? 'made new, running' : 'started';
    output.note(`Database: the embedded one in ${started.dataFolder}, ${how} for this command.`);
    return { url: started.url, stop: () => started.stop() };
  } catch (error) {
    // A server was starting at the same moment; by now it may be ready.
    const other =
      error instanceof EmbeddedPostgresError && error.code === 'ALREADY_RUNNING'
        ? await findRunning(wanted, output)
        : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

async function findRunning(wanted: string, output: Output): Promise<DatabasePlace | undefined> {
  const running = await findEmbeddedPostgres(wanted);
  if (running === undefined) return undefined;
  output.note(`Database: the embedded one in ${running.dataFolder}, already running.`);
  return { url: running.url, stop: async () => undefined };
}
