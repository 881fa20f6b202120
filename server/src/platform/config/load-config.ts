import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { type Environment, readValues } from './read-values.ts';
import { checkRules } from './rules.ts';
import type { Values } from './variables.ts';

/**
 * The configuration that an environment gives. Throws a ConfigError that holds every problem at once. Empty texts count
 * as not set; names that do not begin with `PLYSTRA_` and are not in the table are ignored.
 */
export function loadConfig(environment: Environment): Config {
  const reading = readValues(environment);
  const problems = [...reading.problems, ...checkRules(reading)];
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(build(reading.values));
}

function build(values: Values): Config {
  return {
    mode: values.SERVER_MODE,
    server: {
      host: values.SERVER_HOST,
      port: values.SERVER_PORT,
      workers: values.PLYSTRA_WORKERS,
      publicUrl: values.SERVER_PUBLIC_URL,
      version: values.PLYSTRA_CORE_VERSION,
      dataDir: values.PLYSTRA_DATA_DIR,
      drainDelayMs: values.PLYSTRA_DRAIN_DELAY,
      shutdownTimeoutMs: values.PLYSTRA_SHUTDOWN_TIMEOUT,
    },
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    http: {
      allowedOrigins: values.CORS_ALLOWED_ORIGINS,
      trustedProxies: values.TRUSTED_PROXIES,
      requestIdHeader: values.REQUEST_ID_HEADER,
      maxBodyBytes: values.MAX_REQUEST_BODY_BYTES,
      readHeaderTimeoutMs: values.HTTP_READ_HEADER_TIMEOUT,
      readTimeoutMs: values.HTTP_READ_TIMEOUT,
      writeTimeoutMs: values.HTTP_WRITE_TIMEOUT,
      idleTimeoutMs: values.HTTP_IDLE_TIMEOUT,
      responseCheck: values.PLYSTRA_RESPONSE_CHECK,
    },
    database: {
      url: values.DATABASE_URL,
      poolSize: values.DATABASE_POOL_SIZE,
      connectionLifetimeMs: values.DATABASE_CONN_MAX_LIFETIME,
      statementTimeoutMs: values.DATABASE_STATEMENT_TIMEOUT,
    },
    secrets: {
      sessionSecret: values.PLYSTRA_SESSION_SECRET,
      previousSessionSecret: values.PLYSTRA_SESSION_SECRET_PREVIOUS,
      apiKeySecret: values.PLYSTRA_API_KEY_SECRET,
      previousApiKeySecret: values.PLYSTRA_API_KEY_SECRET_PREVIOUS,
    },
    session: {
      accessTtlMs: values.PLYSTRA_SESSION_ACCESS_TTL,
      refreshTtlMs: values.PLYSTRA_SESSION_REFRESH_TTL,
      absoluteTtlMs: values.PLYSTRA_SESSION_ABSOLUTE_TTL,
      refreshGraceMs: values.PLYSTRA_REFRESH_GRACE,
    },
    login: {
      maxFailures: values.PLYSTRA_AUTH_LOGIN_MAX_FAILURES,
      windowMs: values.PLYSTRA_AUTH_LOGIN_WINDOW,
      lockoutMs: values.PLYSTRA_AUTH_LOGIN_LOCKOUT,
    },
    password: {
      minLength: values.PLYSTRA_PASSWORD_MIN_LENGTH,
      hashConcurrency: values.PLYSTRA_HASH_CONCURRENCY,
      hashQueue: values.PLYSTRA_HASH_QUEUE,
    },
    registration: registration(values),
    audit: { writeMode: values.AUDIT_WRITE_MODE },
    dataConsole: { enabled: values.DATA_CONSOLE_ENABLED },
    metrics: { enabled: values.METRICS_ENABLED, token: values.METRICS_TOKEN },
  };
}

function registration(values: Values): Config['registration'] {
  return {
    ordinary: {
      enabled: values.PLYSTRA_AUTH_REGISTRATION_ENABLED,
      token: values.PLYSTRA_AUTH_REGISTRATION_TOKEN,
    },
    bootstrap: {
      enabled: values.PLYSTRA_BOOTSTRAP_REGISTRATION_ENABLED ?? values.DATABASE_URL === null,
      token: values.PLYSTRA_BOOTSTRAP_REGISTRATION_TOKEN,
    },
    publicUsers: values.PLYSTRA_AUTH_PUBLIC_USER_REGISTRATION_ENABLED,
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
