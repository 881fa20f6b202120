import type { Context } from 'koa';
import type { Answer, Exchange } from './exchange.ts';
import type { Principal } from './ports.ts';

/** One line of the log about one request. */
export type RequestLine = {
  readonly request_id: string;
  readonly trace_parent: string | null;
  readonly operation_id: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly duration_ms: number;
  readonly bytes: number;
  readonly remote_ip: string | null;
  readonly user_agent: string | null;
  readonly principal: string | null;
  readonly error_code: string | null;
  readonly trace_id: string | null;
  readonly audit_log_id: string | null;
};

/** How a request ended, and when, counted from its beginning. */
export type EndedRequest = {
  readonly answer: Answer;
  /** Of its body. */
  readonly bytes: number;
  readonly errorCode: string | null;
  readonly milliseconds: number;
};

/** The line about a request that has been answered. */
export function requestLine(
  { req, method, path }: Context,
  exchange: Exchange,
  { answer: { status, headers }, bytes, errorCode, milliseconds }: EndedRequest,
): RequestLine {
  return {
    request_id: exchange.requestId,
    trace_parent: traceParent(req.headers['traceparent']),
    operation_id: exchange.operationId,
    method,
    path: path.slice(0, 512),
    status,
    duration_ms: Math.floor(milliseconds * 1000) / 1000,
    bytes,
    remote_ip: exchange.clientAddress,
    user_agent: req.headers['user-agent']?.slice(0, 512) || null,
    principal: principalName(exchange.principal),
    error_code: errorCode,
    trace_id: headers['X-Plystra-Trace-ID'] ?? null,
    audit_log_id: headers['X-Plystra-Audit-Log-ID'] ?? null,
  };
}

/** W3C Trace Context, section 3.2: only a well-formed header is continued. */
function traceParent(header: string | readonly string[] | undefined): string | null {
  if (typeof header !== 'string') return null;
  return /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header) ? header : null;
}

function principalName(principal: Principal | null): string | null {
  if (principal === null) return null;
  return principal.kind === 'session' ? `user:${principal.userId}` : `api_key:${principal.apiKeyId}`;
}
