import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { authSecrets } from '../../src/core/auth/index.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { createLogger } from '../../src/platform/logging/index.ts';
import { runCore } from '../../src/run-core.ts';
import { createTestDatabase } from './database.ts';
import { type Answer, type Sent, send } from './server-http.ts';

/** One line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** A Core server in this process, over a database of its own. */
export type TestServer = {
  readonly url: string;
  readonly databaseUrl: string;
  /** The variables that it was started with, its secrets among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Opens the registration of the first super admin. */
  readonly bootstrapToken: string;
  /** The hashers that this server knows tokens and keys by. */
  readonly hashers: ReturnType<typeof authSecrets>['hashers'];
  /** All log lines so far, as they were written. */
  readonly logText: () => string;
  /** The log lines about one request. The line of a request is written when its answer has gone. */
  readonly logOf: (requestId: string) => Promise<readonly LogLine[]>;
  api<Data = Record<string, unknown>>(method: string, path: string, sent?: Sent): Promise<Answer<Data>>;
  /** Runs SQL behind the server's back. */
  sql<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
};

/** What is needed to store things behind the back of a server. */
export type Behind = Pick<TestServer, 'sql' | 'hashers'>;

/** How a test server differs from the usual one. */
export type TestServerOptions = {
  /** Variables of the configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another database than a clone of the template; it is left as it is. */
  readonly databaseUrl?: string;
};

/** Starts the real Core server in this process on a free port, with every answer held against the contract. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.databaseUrl === undefined ? await createTestDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const secrets = { session: secret(), apiKey: secret(), bootstrap: secret() };
  const lines: string[] = [];
  const variables = {
    SERVER_PORT: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '8',
    PLYSTRA_SESSION_SECRET: secrets.session,
    PLYSTRA_API_KEY_SECRET: secrets.apiKey,
    PLYSTRA_BOOTSTRAP_REGISTRATION_ENABLED: 'true',
    PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN: secrets.bootstrap,
    PLYSTRA_RESPONSE_CHECK: 'always',
    ...options.env,
  };
  const config = loadConfig(variables);
  const log = createLogger({
    level: config.log.level,
    format: config.log.format,
    destination: { write: (line) => lines.push(line) },
  });
  const core = await runCore(config, log, () => undefined);
  const behind = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  behind.on('error', () => undefined);
  const ring = (current: string) => ({ current, previous: [] });
  return {
    url: core.url,
    databaseUrl,
    variables,
    bootstrapToken: secrets.bootstrap,
    hashers: authSecrets(ring(secrets.session), ring(secrets.apiKey)).hashers,
    logText: () => lines.join(''),
    logOf: (requestId) => logLinesOf(lines, requestId),
    api: (method, path, sent) => send(core.url, method, path, sent),
    async sql<Row>(text: string, values: readonly unknown[] = []) {
      return (await behind.query(text, [...values])).rows as Row[];
    },
    async stop() {
      await core.stop();
      await behind.end();
      await database?.drop();
    },
  };
}

async function logLinesOf(lines: readonly string[], requestId: string): Promise<readonly LogLine[]> {
  for (let attempt = 0; ; attempt += 1) {
    const found = lines
      .map((line) => JSON.parse(line) as LogLine)
      .filter((line) => line['request_id'] === requestId);
    if (found.length > 0 || attempt === 200) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function secret(): string {
  return randomBytes(32).toString('hex');
}
