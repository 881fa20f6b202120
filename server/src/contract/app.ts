import cors from '@koa/cors';
import type Router from '@koa/router';
import Koa, { type Context, type Middleware, type Next } from 'koa';
import { ApiError, notInTime } from './api-error.ts';
import { type ErrorCode, errorAnswer } from './error-answer.ts';
import type { Operation } from './operation.ts';
import { requestIdFrom } from './request-id.ts';
import { type RequestLine, requestLine } from './request-line.ts';

/** What the application around the operations needs. */
export type AppOptions = {
  readonly routers: readonly Router[];
  readonly operations: Readonly<Record<string, Operation>>;
  readonly errorCodes: Readonly<Record<string, ErrorCode>>;
  readonly corsOrigins: readonly string[];
  readonly requestIdHeader: string;
  /** Milliseconds after which a request without an answer gets 503. */
  readonly writeTimeoutMs: number;
  readonly clientAddress: (context: Context) => string | null;
  /** Whether the process takes new work. While it stops, each answer ends its connection. */
  readonly accepting: () => boolean;
  /** Turns a fault of a part below (a lost database, say) into the error it is for callers; others pass. */
  readonly translateFault: (error: unknown) => unknown;
  readonly logRequest: (line: RequestLine, fault: unknown) => void;
  /** Further routes outside the contract: documents and the reference page. */
  readonly extra: readonly Middleware[];
};

/** The Koa application: what holds for every request stands here once, operations come from their routers. */
export function createApp(options: AppOptions): Koa {
  const app = new Koa({ proxy: false });
  app.silent = true;
  app.use(everyRequest(options));
  app.use(crossOrigin(options));
  for (const middleware of options.extra) app.use(middleware);
  const methodsOf = methodsByPath(options.operations);
  app.use(concreteFirst(options.operations, methodsOf));
  for (const router of options.routers) app.use(router.routes());
  app.use(noOperation(methodsOf));
  return app;
}

function everyRequest(options: AppOptions): Middleware {
  return async (context, next) => {
    const start = process.hrtime.bigint();
    context.req.url = originForm(context.req.url ?? '/');
    const requestId = requestIdFrom(context.headers[options.requestIdHeader.toLowerCase()]);
    context.state['requestId'] = requestId;
    context.state['clientAddress'] = options.clientAddress(context);
    context.set(options.requestIdHeader, requestId);
    context.set('X-Content-Type-Options', 'nosniff');
    context.set('X-Frame-Options', 'DENY');
    context.set('Referrer-Policy', 'no-referrer');
    context.set('Cache-Control', 'no-store');
    context.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    let fault: unknown = null;
    let errorCode: string | null = null;
    try {
      await withinTime(context, next, options.writeTimeoutMs);
    } catch (error) {
      const translated = options.translateFault(error);
      const answer = errorAnswer(translated, options.errorCodes, requestId);
      if (answer.status >= 500 && !isExpected(error)) fault = error;
      errorCode = answer.code;
      context.set(answer.headers);
      context.status = answer.status;
      context.type = 'application/json; charset=utf-8';
      context.body = JSON.stringify(answer.body);
    }
    // A client that waits for more answers on a connection could not be told apart from one that is done.
    if (!options.accepting()) context.set('Connection', 'close');
    const done = () => {
      options.logRequest(requestLine(context, requestId, errorCode, start), fault);
    };
    // The client may have gone while the request was carried out, and that closed the answer already.
    if (context.res.closed) done();
    else context.res.once('close', done);
  };
}

/**
 * The request target as a path with its query (RFC 9112, section 3.2). A client may send a whole URL; its host means
 * nothing here, and what Koa parses URLs with throws on some hosts.
 */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const rest = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** A refusal that the server chose (not built, busy, not ready) is no fault; one that something caused is. */
function isExpected(error: unknown): boolean {
  return error instanceof ApiError && error.cause === undefined;
}

/**
 * Node has no time limit on answering, so a handler that hangs would hold its client for ever. The handler is told by
 * `signal` that its time is over, so that it does not commit what was answered as not done.
 */
async function withinTime(context: Context, next: Next, milliseconds: number): Promise<void> {
  const time = { aborted: false };
  context.state['signal'] = time;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      time.aborted = true;
      reject(notInTime());
    }, milliseconds);
  });
  try {
    await Promise.race([next(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function crossOrigin(options: AppOptions): Middleware {
  return cors({
    // An origin that is not listed gets no header at all, so the browser refuses the answer.
    origin: (context) => {
      const origin = context.get('Origin');
      return options.corsOrigins.includes('*') || options.corsOrigins.includes(origin) ? origin : '';
    },
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'X-Plystra-API-Key',
      'X-Plystra-Metrics-Token',
      options.requestIdHeader,
    ],
    exposeHeaders: [
      'ETag',
      'Idempotency-Replayed',
      'Retry-After',
      'X-Plystra-Audit-Log-ID',
      'X-Plystra-Error-Code',
      'X-Plystra-Trace-ID',
      options.requestIdHeader,
    ],
    keepHeadersOnError: false,
    maxAge: 600,
  });
}

type MethodsOf = (path: string) => ReadonlySet<string>;

/** The methods that the contract has at a path; a concrete path wins over a templated one (OpenAPI, "Path Templating Matching"). */
function methodsByPath(operations: Readonly<Record<string, Operation>>): MethodsOf {
  const templates = Object.values(operations).map(({ path, method }) => ({
    pattern: patternOf(path),
    parameters: path.split('{').length,
    method: method.toUpperCase(),
  }));
  return (path) => {
    const matching = templates.filter(({ pattern }) => pattern.test(path));
    const fewest = Math.min(...matching.map(({ parameters }) => parameters));
    return new Set(matching.filter(({ parameters }) => parameters === fewest).map(({ method }) => method));
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

/** Keeps a method that a concrete path does not have from the templated path that the same URL would match. */
function concreteFirst(operations: Readonly<Record<string, Operation>>, methodsOf: MethodsOf): Middleware {
  const paths = [...new Set(Object.values(operations).map(({ path }) => path))];
  const concrete = paths
    .filter((path) => paths.some((other) => other !== path && patternOf(other).test(path)))
    .map(patternOf);
  return async (context, next) => {
    const { path } = context;
    const method = context.method === 'HEAD' ? 'GET' : context.method;
    if (concrete.some((pattern) => pattern.test(path)) && !methodsOf(path).has(method)) {
      return refuseMethod(context, methodsOf(path));
    }
    return next();
  };
}

/** No router took the request: the path is unknown, or known with other methods. */
function noOperation(methodsOf: MethodsOf): Middleware {
  return (context) => {
    const methods = methodsOf(context.path);
    if (methods.size === 0) throw new ApiError('ROUTE_NOT_FOUND');
    refuseMethod(context, methods);
  };
}

/** 405 with the methods that there are; OPTIONS asks for just those. */
function refuseMethod(context: Context, methods: ReadonlySet<string>): void {
  const allowed = new Set([...methods, 'OPTIONS', ...(methods.has('GET') ? ['HEAD'] : [])]);
  const allow = [...allowed].sort().join(', ');
  if (context.method !== 'OPTIONS') throw new ApiError('METHOD_NOT_ALLOWED', { headers: { Allow: allow } });
  context.set('Allow', allow);
  context.status = 204;
}
