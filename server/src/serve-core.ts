import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepMonthsAhead } from './core/audit/index.ts';
import { authSecrets } from './core/auth/index.ts';
import { type DecisionMemory, openDecisionMemory } from './core/authorization/index.ts';
import { coreCapabilities } from './core/capabilities.ts';
import { coreEntities } from './core/entities.ts';
import { startHousekeeping } from './core/housekeeping.ts';
import { recordedEvents } from './core/kernel/index.ts';
import type { CoreServices } from './core/services.ts';
import { Metrics, type MetricsServices } from './core/system/index.ts';
import { coreMigrations, type DatabasePlace } from './core-database.ts';
import { followConnections } from './open-connections.ts';
import { DatabaseClock, keepClock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { PasswordHasher, Sealer, TokenHasher } from './platform/crypto/index.ts';
import { type Database, openDatabase } from './platform/database/index.ts';
import type { Logger } from './platform/logging/index.ts';
import { type MetricsReport, poolMetrics, processMetrics } from './platform/metrics/index.ts';
import {
  compareMigrations,
  loadMigrations,
  type MigrationChain,
  readAppliedMigrations,
} from './platform/migrations/index.ts';
import { root } from './root.ts';
import { type RunningServer, startServer } from './server.ts';

/** Where the data is; `secrets` are there with the embedded database only. */
export type DataPlace = Pick<DatabasePlace, 'url' | 'secrets'>;

/** What no configuration sets. */
export type CoreOptions = {
  /** `false`: a server without the fence, to show what the fence does and costs. */
  readonly fenced?: boolean;
  /** Gives the metrics of all processes behind the port, where this is one of several. */
  readonly metricsOfAll?: MetricsServices['metricsOfAll'];
};

/** Core as it serves in this process. */
export type ServingCore = {
  /** Where it listens. */
  readonly url: string;
  /** Where clients reach it, as far as the configuration tells. */
  readonly publicUrl: string;
  /** What this process has counted and uses now. */
  metricsReport(): MetricsReport;
  /** Goes not-ready, and goes on answering. */
  refuse(): void;
  /** Goes not-ready, drains, then leaves the database. With `atOnce` there is a second for draining, no more. */
  stop(how?: { readonly atOnce: boolean }): Promise<void>;
};

type HeldServices = Pick<
  CoreServices,
  'database' | 'clock' | 'memory' | 'metrics' | 'metricsReport' | 'metricsOfAll' | 'accepting'
>;

/** How long requests under way may take when nothing can come of them any more. */
const abruptDeadlineMs = 1_000;
/** How long a start waits for the authorization graph; until it is there decisions read the database. */
const graphWaitMs = 5_000;
/** How long the connections to the database may take to end when they are asked to. */
const connectionsEndMs = 2_000;

/**
 * After a long rest no month may be made: the first row would go to DEFAULT, and with it the rest of its month. What
 * fails here is tried again, and told, by the housekeeping.
 */
async function monthsBeforeRows(database: Database): Promise<void> {
  await keepMonthsAhead(database, { warn: () => undefined }).catch(() => undefined);
}

/**
 * Serves Core on a migrated database: reads the authorization graph, listens, keeps house.
 *
 * @throws Error with a message for the operator when a part does not start; what was started before is stopped
 */
export async function serveCore(
  config: Config,
  log: Logger,
  { url, secrets }: DataPlace,
  { fenced = true, metricsOfAll = null }: CoreOptions = {},
): Promise<ServingCore> {
  let accepting = true;
  const database = await openDatabase({
    url,
    poolSize: config.database.poolSize,
    statementTimeoutMs: config.database.statementTimeoutMs,
    acquireTimeoutMs: 5_000,
    connectionLifetimeMs: config.database.connectionLifetimeMs,
    entities: coreEntities,
    // While the server stops connections end, some by the hand of the database.
    onConnectionError: (error) => {
      if (accepting) log.warn({ err: error }, 'A database connection broke.');
    },
  });
  const connections = followConnections(database.pool);
  const close = async () => {
    await database.close();
    await connections.allEnded(connectionsEndMs);
  };
  const clock = new DatabaseClock();
  const metrics = countingMetrics();
  const metricsReport = () => ({
    work: metrics.families(),
    own: [...poolMetrics(database.pool), ...processMetrics()],
  });
  let memory: DecisionMemory | undefined;
  const begin = async () => {
    await clock.refresh(database.pool);
    await monthsBeforeRows(database);
    memory = openDecisionMemory(database, clock, log, { fenced });
    await memory.loaded(graphWaitMs);
    const held = { database, clock, memory, metrics, metricsReport, metricsOfAll };
    return start(config, log, secrets, { ...held, accepting: () => accepting });
  };
  const running = await begin().catch(async (error) => {
    await memory?.stop();
    await close();
    throw error;
  });
  const endHousekeeping = startHousekeeping(database, coreCapabilities, log);
  const endClock = keepClock(clock, database.pool, (sentence) => log.warn(sentence));
  const stop = async (atOnce: boolean) => {
    accepting = false;
    const tidied = Promise.all([endHousekeeping(), endClock()]);
    if (!atOnce) await new Promise((resolve) => setTimeout(resolve, config.server.drainDelayMs));
    await running.stop(atOnce ? abruptDeadlineMs : config.server.shutdownTimeoutMs);
    await tidied;
    await memory?.stop();
    await close();
  };
  let stopped: Promise<void> | undefined;
  return {
    url: running.url,
    publicUrl: running.publicUrl,
    metricsReport,
    refuse: () => {
      accepting = false;
    },
    stop: ({ atOnce } = { atOnce: false }) => {
      stopped ??= stop(atOnce);
      return stopped;
    },
  };
}

async function start(
  config: Config,
  log: Logger,
  secrets: DataPlace['secrets'],
  held: HeldServices,
): Promise<RunningServer> {
  const session = {
    current: required(config.secrets.sessionSecret ?? secrets?.sessionSecret),
    previous: config.secrets.previousSessionSecret,
  };
  const apiKey = {
    current: required(config.secrets.apiKeySecret ?? secrets?.apiKeySecret),
    previous: config.secrets.previousApiKeySecret,
  };
  const fingerprints = new TokenHasher(session, 'idempotency');
  const chain = await loadMigrations(coreMigrations);
  const release = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return startServer(
    config,
    {
      ...held,
      auditMode: config.audit.writeMode,
      metricsEnabled: config.metrics.enabled,
      dataConsoleEnabled: config.dataConsole.enabled,
      ...authSecrets(session, apiKey),
      passwords: new PasswordHasher({
        capacity: config.password.hashQueue,
        ...(config.password.hashConcurrency === null ? {} : { concurrency: config.password.hashConcurrency }),
      }),
      cursors: new Sealer(session, 'cursor'),
      fingerprint: (text) => fingerprints.hash(text),
      settings: {
        session: config.session,
        login: config.login,
        password: config.password,
        registration: {
          ...config.registration,
          bootstrap: {
            enabled: config.registration.bootstrap.enabled,
            token: config.registration.bootstrap.token ?? secrets?.bootstrapToken ?? null,
          },
        },
      },
      capabilities: coreCapabilities,
      versions: {
        core: config.server.version ?? release.version,
        contract: release.version,
        expectedSchema: chain.files.at(-1)?.version ?? '000',
        commit: process.env['GIT_COMMIT'] ?? null,
      },
      schema: () => schemaState(held.database, chain),
    },
    log,
  );
}

/** The newest applied migration, and whether the database stands exactly where this release does. */
async function schemaState({ pool }: Database, chain: MigrationChain) {
  const client = await pool.connect();
  try {
    const states = compareMigrations(chain, await readAppliedMigrations(client, chain.namespace));
    const applied = states.filter(({ state }) => state === 'applied');
    return { version: applied.at(-1)?.version ?? null, current: applied.length === states.length };
  } finally {
    client.release();
  }
}

/** Metrics that count what this process puts on record. */
function countingMetrics(): Metrics {
  const metrics = new Metrics();
  recordedEvents.on('decision', (outcome, denyCode) => metrics.observeDecision(outcome, denyCode));
  recordedEvents.on('rows', (count) => metrics.observeAuditRows(count));
  return metrics;
}

function required(secret: string | undefined): string {
  if (secret === undefined) throw new Error('A secret is missing, and the configuration let it pass.');
  return secret;
}
