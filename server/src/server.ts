import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AddressLimit } from './contract/address-limit.ts';
import { ApiError } from './contract/api-error.ts';
import { createApp } from './contract/app.ts';
import { bindOperation } from './contract/bind-operation.ts';
import { documents } from './contract/documents.ts';
import { operations } from './contract/generated/core/operations.ts';
import { routers } from './contract/generated/core/routes/index.ts';
import { validators } from './contract/generated/core/validators/index.ts';
import { errorCodes } from './contract/generated/error-codes.ts';
import type { AnyHandler } from './contract/handlers.ts';
import type { RequestLine } from './contract/request-line.ts';
import { createGuard } from './core/admin/index.ts';
import { createCredentials, createRecall, Touches } from './core/auth/index.ts';
import { decidingOperations } from './core/authorization/index.ts';
import { coreHandlers } from './core/handlers.ts';
import type { CoreServices } from './core/services.ts';
import { metricsGate } from './core/system/index.ts';
import { listen } from './listen.ts';
import type { Config } from './platform/config/index.ts';
import { isDatabaseUnavailable, preparedOn } from './platform/database/index.ts';
import type { Logger } from './platform/logging/index.ts';
import { addressBucket, ClientAddress } from './platform/net/index.ts';
import { root } from './root.ts';

/** Ten a second from one address: more than probes and sign-in pages need, less than a flood. */
const anonymousPerMinute = 600;

/** A listening server. */
export type RunningServer = {
  /** Where it listens. */
  readonly url: string;
  /** Where clients reach it, as far as the configuration tells. */
  readonly publicUrl: string;
  readonly server: Server;
  /** Ends idle connections at once, lets requests under way finish, cuts what is left at the deadline. */
  stop(deadlineMs: number): Promise<void>;
};

/** Core behind HTTP: its handlers in the pipeline of their contract. */
export async function startServer(
  config: Config,
  services: CoreServices,
  log: Logger,
): Promise<RunningServer> {
  const hotPath = preparedOn(services.database.pool);
  const touches = new Touches(hotPath);
  const anonymous = new AddressLimit(anonymousPerMinute);
  const bind = bindOperation({
    operations,
    handlers: coreHandlers(services) as unknown as Readonly<Record<string, AnyHandler>>,
    validators,
    credentials: createCredentials(hotPath, services.hashers),
    guard: createGuard(services.database.pool),
    memory: {
      operations: decidingOperations,
      recall: createRecall({ ...services.memory, hashers: services.hashers, touches }),
    },
    admitsCollector: metricsGate(config.metrics),
    cursors: services.cursors,
    fingerprint: services.fingerprint,
    admitAnonymous: (address) => anonymous.admit(addressBucket(address), Date.now()),
    bodyLimits: { maxBytes: config.http.maxBodyBytes, maxDepth: 32, maxValues: 20_000 },
    responseCheck: {
      mode: config.http.responseCheck,
      report: (breach) => log.error({ breach }, 'An answer broke its contract.'),
    },
  });
  const addresses = new ClientAddress(config.http.trustedProxies);
  let publicUrl = '';
  const app = createApp({
    routers: routers.map((router) => router(bind)),
    operations,
    errorCodes,
    corsOrigins: config.http.allowedOrigins,
    requestIdHeader: config.http.requestIdHeader,
    writeTimeoutMs: config.http.writeTimeoutMs,
    clientAddress: (context) =>
      addresses.resolve({
        socketAddress: context.req.socket.remoteAddress,
        forwardedFor: context.req.headers['x-forwarded-for'],
        realIp: context.req.headers['x-real-ip'],
      }),
    accepting: services.accepting,
    translateFault: orNotReady,
    logRequest: (line, fault) => {
      const { operation_id, method, status, duration_ms } = line;
      services.metrics.observeRequest(operation_id, method, status, duration_ms / 1000);
      logRequest(log, line, fault);
    },
    extra: [documents(root, () => publicUrl)],
  });
  const server = createServer(
    {
      headersTimeout: config.http.readHeaderTimeoutMs,
      requestTimeout: config.http.readTimeoutMs,
      keepAliveTimeout: config.http.idleTimeoutMs,
      // The longest cursor that the contract allows, each character percent-encoded as four bytes of UTF-8, needs 24 KiB.
      maxHeaderSize: 32 * 1024,
    },
    app.callback(),
  );
  await listen(server, config.server);
  const url = urlOf(config.server.host, (server.address() as AddressInfo).port);
  publicUrl = config.server.publicUrl ?? url;
  const stop = async (deadlineMs: number) => {
    await stopServer(server, deadlineMs);
    await touches.settled();
  };
  return { url, publicUrl, server, stop };
}

/** Who listens on all addresses is reached on this machine by its name for itself. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A database that cannot be reached is a matter of time; everything else stays a fault of the server. */
function orNotReady(error: unknown): unknown {
  if (error instanceof ApiError || !isDatabaseUnavailable(error)) return error;
  return ApiError.forNow('NOT_READY', 1, error);
}

function logRequest(log: Logger, line: RequestLine, fault: unknown): void {
  if (fault === null) log.info(line, 'request');
  else log.error({ ...line, err: fault }, 'request failed');
}

async function stopServer(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
  // Connections that were busy when the stop began are idle after their answer.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearTimeout(cut);
  clearInterval(sweep);
}
