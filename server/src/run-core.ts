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
import { Metrics } from './core/system/index.ts';
import { coreDatabase, coreMigrations, type DatabasePlace } from './core-database.ts';
import { firstRunMessage } from './first-run-message.ts';
import { tryToListen } from './listen.ts';
import { followConnections } from './open-connections.ts';
import { DatabaseClock, keepClock } from './platform/clock/index.ts';
import type { Config } from './platform/config/index.ts';
import { PasswordHasher, Sealer, TokenHasher } from './platform/crypto/index.ts';
import { type Database, openDatabase } from './platform/database/index.ts';
import type { LossReason } from './platform/embedded-postgres/index.ts';
import type { Logger } from './platform/logging/index.ts';
import {
  compareMigrations,
  loadMigrations,
  type MigrationChain,
  readAppliedMigrations,
} from './platform/migrations/index.ts';
import { secretsFileName } from './platform/secrets/index.ts';
import { type RunningServer, root, startServer } from './server.ts';

/** Core as a running process. */
export type RunningCore = {
  /** Where it listens. */
  readonly url: string;
  /** Settles when the embedded database is gone; the server is not ready from then on. */
  readonly lost: Promise<LossReason>;
  /** Goes not-ready, drains, then closes the database. With `atOnce` there is a second for draining, no more. */
  stop(how?: { readonly atOnce: boolean }): Promise<void>;
};

/** What no configuration sets: a server without the fence, to show what the fence does and costs. */
export type CoreOptions = { readonly fenced: boolean };

/** How long requests under way may take when nothing can come of them any more. */
const abruptDeadlineMs = 1_000;
/** How long a start waits for the authorization graph; until it is there decisions read the database. */
const graphWaitMs = 5_000;
/** How long the connections to the database may take to end when they are asked to. */
const connectionsEndMs = 2_000;

/**
 * Starts Core: the database (the embedded one where none is configured), its migrations (applied on the embedded one,
 * verified on any other), and the server. `say` gets what a person at the terminal wants to know.
 *
 * @throws Error with a message for the operator when a part does not start; what was started before is stopped
 */
export async function runCore(
  config: Config,
  log: Logger,
  say: (text: string) => void,
  options?: CoreOptions,
): Promise<RunningCore> {
  // Found out before a database is started for nothing.
  await tryToListen(config.server);
  const lost = Promise.withResolvers<LossReason>();
  const place = await coreDatabase(config, log, say, lost.resolve);
  try {
    return await serve(config, log, say, { place, lost: lost.promise }, options);
  } catch (error) {
    await place.stop();
    throw error;
  }
}

/**
 * After a long rest no month may be made: the first row would go to DEFAULT, and with it the rest of its month. What
 * fails here is tried again, and told, by the housekeeping.
 */
async function monthsBeforeRows(database: Database): Promise<void> {
  await keepMonthsAhead(database, { warn: () => undefined }).catch(() => undefined);
}

type Ground = { readonly place: DatabasePlace; readonly lost: Promise<LossReason> };

async function serve(
  config: Config,
  log: Logger,
  say: (text: string) => void,
  { place, lost }: Ground,
  options?: CoreOptions,
): Promise<RunningCore> {
  let accepting = true;
  const database = await openDatabase({
    url: place.url,
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
  let memory: DecisionMemory | undefined;
  const begin = async () => {
    await clock.refresh(database.pool);
    await monthsBeforeRows(database);
    memory = openDecisionMemory(database, clock, log, options);
    await memory.loaded(graphWaitMs);
    return start(config, log, place, { database, clock, memory, accepting: () => accepting });
  };
  const running = await begin().catch(async (error) => {
    await memory?.stop();
    await close();
    throw error;
  });
  void lost.then(() => {
    accepting = false;
  });
  if (place.folder !== null) {
    say(firstRunMessage(running.publicUrl, place.folder, join(place.folder, secretsFileName)));
  }
  const endHousekeeping = startHousekeeping(database, coreCapabilities, log);
  const endClock = keepClock(clock, database.pool, (sentence) => log.warn(sentence));
  log.info({ url: running.url, public_url: running.publicUrl, mode: config.mode }, 'ready');
  const stop = async (atOnce: boolean) => {
    accepting = false;
    const tidied = Promise.all([endHousekeeping(), endClock()]);
    if (!atOnce) await new Promise((resolve) => setTimeout(resolve, config.server.drainDelayMs));
    await running.stop(atOnce ? abruptDeadlineMs : config.server.shutdownTimeoutMs);
    await tidied;
    await memory?.stop();
    await close();
    await place.stop();
  };
  let stopped: Promise<void> | undefined;
  return {
    url: running.url,
    lost,
    stop: ({ atOnce } = { atOnce: false }) => {
      stopped ??= stop(atOnce);
      return stopped;
    },
  };
}

async function start(
  config: Config,
  log: Logger,
  place: DatabasePlace,
  held: Pick<CoreServices, 'database' | 'clock' | 'memory' | 'accepting'>,
): Promise<RunningServer> {
  const session = {
    current: required(config.secrets.sessionSecret ?? place.secrets?.sessionSecret),
    previous: config.secrets.previousSessionSecret,
  };
  const apiKey = {
    current: required(config.secrets.apiKeySecret ?? place.secrets?.apiKeySecret),
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
      metrics: countingMetrics(),
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
            token: config.registration.bootstrap.token ?? place.secrets?.bootstrapToken ?? null,
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
