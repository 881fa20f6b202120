import type { Values } from './variables.ts';

/** The configuration of the Core server. Deeply frozen. Durations are in milliseconds. */
export type Config = {
  readonly mode: Values['SERVER_MODE'];
  readonly server: {
    readonly host: string;
    /** 0: any free port. */
    readonly port: number;
    /** Processes that serve on the port. */
    readonly workers: number;
    /** Without a slash at its end; null: the address and port that is listened on. */
    readonly publicUrl: string | null;
    /** What to report as version; null: the version of the package. */
    readonly version: string | null;
    readonly dataDir: string;
    readonly drainDelayMs: number;
    readonly shutdownTimeoutMs: number;
  };
  readonly log: { readonly level: Values['LOG_LEVEL']; readonly format: Values['LOG_FORMAT'] };
  readonly http: {
    /** Exact origins, or `*` alone. */
    readonly allowedOrigins: readonly string[];
    readonly trustedProxies: readonly string[];
    readonly requestIdHeader: string;
    readonly maxBodyBytes: number;
    readonly readHeaderTimeoutMs: number;
    readonly readTimeoutMs: number;
    readonly writeTimeoutMs: number;
    readonly idleTimeoutMs: number;
    readonly responseCheck: Values['PLYSTRA_RESPONSE_CHECK'];
  };
  readonly database: {
    /** Null: the embedded database in the data folder. */
    readonly url: string | null;
    readonly poolSize: number;
    readonly connectionLifetimeMs: number;
    readonly statementTimeoutMs: number;
  };
  /** Null: take the secret of the data folder (only possible without `database.url`). */
  readonly secrets: {
    readonly sessionSecret: string | null;
    readonly previousSessionSecret: readonly string[];
    readonly apiKeySecret: string | null;
    readonly previousApiKeySecret: readonly string[];
  };
  readonly session: {
    readonly accessTtlMs: number;
    readonly refreshTtlMs: number;
    readonly absoluteTtlMs: number;
    readonly refreshGraceMs: number;
  };
  readonly login: { readonly maxFailures: number; readonly windowMs: number; readonly lockoutMs: number };
  readonly password: {
    readonly minLength: number;
    /** Null: the queue's own choice for this machine. */
    readonly hashConcurrency: number | null;
    readonly hashQueue: number;
  };
  readonly registration: {
    readonly ordinary: { readonly enabled: boolean; readonly token: string | null };
    /** Token null while enabled: take the one of the data folder (only possible without `database.url`). */
    readonly bootstrap: { readonly enabled: boolean; readonly token: string | null };
    readonly publicUsers: boolean;
  };
  readonly audit: { readonly writeMode: Values['AUDIT_WRITE_MODE'] };
  readonly dataConsole: { readonly enabled: boolean };
  readonly metrics: { readonly enabled: boolean; readonly token: string | null };
};
