import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Context, Middleware, Next } from 'koa';
import { ApiError, notInTime } from './api-error.ts';
import { type ErrorCode, errorAnswer } from './error-answer.ts';
import { type Answer, type Exchange, jsonType } from './exchange.ts';
import { requestIdFrom } from './request-id.ts';
import { type RequestLine, requestLine } from './request-line.ts';

/** What holds for every request, whatever it asks for. */
export type EveryRequestOptions = {
  readonly errorCodes: Readonly<Record<string, ErrorCode>>;
  readonly requestIdHeader: string;
  /** Milliseconds after which a request without an answer gets 503. */
  readonly writeTimeoutMs: number;
  readonly clientAddress: (context: Context) => string | null;
  /** Whether the process takes new work. While it stops, each answer ends its connection. */
  readonly accepting: () => boolean;
  /** Turns a fault of a part below (a lost database, say) into the error it is for callers; others pass. */
  readonly translateFault: (error: unknown) => unknown;
  readonly logRequest: (line: RequestLine, fault: unknown) => void;
};

/** Headers of every answer; one that says otherwise does so by a header of its own. */
const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  Vary: 'Origin',
} as const;

/**
 * The outermost stage: makes the exchange of a request, limits its time, turns what was thrown into an answer, sends
 * the answer, and logs the request.
 */
export function everyRequest(options: EveryRequestOptions): Middleware {
  const idHeader = options.requestIdHeader.toLowerCase();
  return async (context, next) => {
    const start = performance.now();
    context.req.url = originForm(context.req.url ?? '/');
    const exchange: Exchange = {
      requestId: requestIdFrom(context.req.headers[idHeader]),
      clientAddress: options.clientAddress(context),
      signal: { aborted: false },
      operationId: null,
      principal: null,
      answer: null,
    };
    context.state = exchange;
    let fault: unknown = null;
    let errorCode: string | null = null;
    const refused = (error: unknown): Answer => {
      const refusal = errorAnswer(options.translateFault(error), options.errorCodes, exchange.requestId);
      if (refusal.status >= 500 && !isExpected(error)) fault = error;
      errorCode = refusal.code;
      const headers = { ...refusal.headers, 'Content-Type': jsonType };
      return { status: refusal.status, headers, body: JSON.stringify(refusal.body) };
    };
    let answer: Answer;
    try {
      await withinTime(exchange, next, options.writeTimeoutMs);
      // What answers an origin's preflight request has set status and headers in Koa's way.
      answer = exchange.answer ?? { status: context.status, headers: {}, body: null };
    } catch (error) {
      answer = refused(error);
    }
    context.respond = false;
    const { res } = context;
    let bytes = lengthOf(answer);
    if (context.writable) {
      try {
        writeHead(res, answer, bytes, exchange.requestId, options);
      } catch (error) {
        // It has a header that cannot be sent, and nothing of it has gone out.
        answer = refused(error);
        bytes = lengthOf(answer);
        writeHead(res, answer, bytes, exchange.requestId, options);
      }
    }
    const done = () => {
      const ended = { answer, bytes, errorCode, milliseconds: performance.now() - start };
      options.logRequest(requestLine(context, exchange, ended), fault);
    };
    // The client may have gone while the request was carried out, and that closed the answer already.
    if (res.closed) done();
    else res.once('close', done);
    res.end(answer.body);
  };
}

function lengthOf({ body }: Answer): number {
  return body === null ? 0 : Buffer.byteLength(body);
}

function writeHead(
  res: ServerResponse,
  { status, headers, body }: Answer,
  bytes: number,
  requestId: string,
  { requestIdHeader, accepting }: EveryRequestOptions,
): void {
  res.writeHead(status, STATUS_CODES[status] ?? '', {
    [requestIdHeader]: requestId,
    ...safeHeaders,
    ...headers,
    ...(body === null ? {} : { 'Content-Length': bytes }),
    // A client that waits for more answers on a connection could not be told apart from one that is done.
    ...(accepting() ? {} : { Connection: 'close' }),
  });
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
function withinTime({ signal }: Exchange, next: Next, milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.aborted = true;
      reject(notInTime());
    }, milliseconds);
    next()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
