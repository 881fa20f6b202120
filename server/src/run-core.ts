import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminCapability } from './core/admin/capability.ts';
import { auditCapability } from './core/audit/capability.ts';
import { recordedEvents } from './core/audit/index.ts';
import { authSecrets } from './core/auth/index.ts';
import { authorizationCapability } from './core/authorization/capability.ts';
import { coreEntities } from './core/entities.ts';
import { startHousekeeping } from './core/housekeeping.ts';
import { identityCapability } from './core/identity/capability.ts';
import { registryCapability } from './core/registry/capability.ts';
import { Metrics } from './core/system/index.ts';
import { coreDatabase, coreMigrations, type DatabasePlace } from './core-database.ts';
import { firstRunMessage } from './first-run-message.ts';
import type { Config } from './platform/config/index.ts';
import { PasswordHasher, Sealer, TokenHasher } from './platform/crypto/index.ts';
import { openDatabase } from './platform/database/index.ts';
import type { Logger } from './platform/logging/index.ts';
import { loadMigrations, migrationStatus } from './platform/migrations/index.ts';
import { secretsFileName } from './platform/secrets/index.ts';
import { root, startServer } from './server.ts';

/** Core as a running process. */
export type RunningCore = {
  readonly url: string;
  /** Goes not-ready, drains, then closes the database. */
  stop(): Promise<void>;
};

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
): Promise<RunningCore> {
  const place = await coreDatabase(config, log, say);
  try {
    return await serve(config, log, say, place);
  } catch (error) {
    await place.stop();
    throw error;
  }
}

async function serve(
  config: Config,
  log: Logger,
  say: (text: string) => void,
  place: DatabasePlace,
): Promise<RunningCore> {
  const database = await openDatabase({
    url: place.url,
    poolSize: config.database.poolSize,
    statementTimeoutMs: config.database.statementTimeoutMs,
    acquireTimeoutMs: 5_000,
    connectionLifetimeMs: config.database.connectionLifetimeMs,
    entities: coreEntities,
    onConnectionError: (error) => log.warn({ err: error }, 'A database connection broke.'),
  });
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
  let accepting = true;
  const running = await startServer(
    config,
    {
      database,
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
      capabilities: [
        auditCapability,
        identityCapability,
        registryCapability,
        authorizationCapability,
        adminCapability,
      ],
      versions: {
        core: config.server.version ?? release.version,
        contract: release.version,
        expectedSchema: chain.files.at(-1)?.version ?? '000',
        trace: config.audit.traceVersion,
        commit: process.env['GIT_COMMIT'] ?? null,
      },
      schema: async () => {
        const client = await database.pool.connect();
        try {
          const states = await migrationStatus(client, coreMigrations);
          const applied = states.filter(({ state }) => state === 'applied');
          return { version: applied.at(-1)?.version ?? null, current: applied.length === states.length };
        } finally {
          client.release();
        }
      },
      accepting: () => accepting,
    },
    log,
  );
  if (place.folder !== null) {
    say(firstRunMessage(running.url, place.folder, join(place.folder, secretsFileName)));
  }
  const endHousekeeping = startHousekeeping(database.pool, (error) =>
    log.error({ err: error }, 'Housekeeping failed.'),
  );
  log.info({ url: running.url, mode: config.mode }, 'ready');
  return {
    url: running.url,
    async stop() {
      accepting = false;
      endHousekeeping();
      await new Promise((resolve) => setTimeout(resolve, config.server.drainDelayMs));
      await running.stop(config.server.shutdownTimeoutMs);
      await database.close();
      await place.stop();
    },
  };
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
