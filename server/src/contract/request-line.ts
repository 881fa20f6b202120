import type { Context } from 'koa';
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

/** The line about a request that has been answered. `start` is process.hrtime.bigint() at its beginning. */
export function requestLine(
  context: Context,
  requestId: string,
  errorCode: string | null,
  start: bigint,
): RequestLine {
  const header = (name: string) => context.response.get(name) || null;
  return {
    request_id: requestId,
    trace_parent: traceParent(context.get('traceparent')),
    operation_id: (context.state['operationId'] as string | undefined) ?? null,
    method: context.method,
    path: context.path.slice(0, 512),
    status: context.status,
    duration_ms: Number((process.hrtime.bigint() - start) / 1000n) / 1000,
    bytes: context.length ?? 0,
    remote_ip: context.state['clientAddress'] as string | null,
    user_agent: context.get('User-Agent').slice(0, 512) || null,
    principal: principalName(context.state['principal'] as Principal | null | undefined),
    error_code: errorCode,
    trace_id: header('X-Plystra-Trace-ID'),
    audit_log_id: header('X-Plystra-Audit-Log-ID'),
  };
}

/** W3C Trace Context, section 3.2: only a well-formed header is continued. */
function traceParent(header: string): string | null {
  return /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header) ? header : null;
}

function principalName(principal: Principal | null | undefined): string | null {
  if (principal === null || principal === undefined) return null;
  return principal.kind === 'session' ? `user:${principal.userId}` : `api_key:${principal.apiKeyId}`;
}
