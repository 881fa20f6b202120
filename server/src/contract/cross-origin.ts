import cors from '@koa/cors';
import type { Middleware } from 'koa';

/**
 * Lets browsers read answers from pages of the listed origins (`*` stands for all of them). An origin that is not
 * listed gets no header at all, so the browser refuses the answer.
 */
export function crossOrigin(origins: readonly string[], requestIdHeader: string): Middleware {
  const withOrigin = cors({
    origin: (context) => {
      const origin = context.get('Origin');
      return origins.includes('*') || origins.includes(origin) ? origin : '';
    },
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'X-Plystra-API-Key',
      'X-Plystra-Metrics-Token',
      requestIdHeader,
    ],
    exposeHeaders: [
      'ETag',
      'Idempotency-Replayed',
      'Retry-After',
      'X-Plystra-Audit-Log-ID',
      'X-Plystra-Error-Code',
      'X-Plystra-Trace-ID',
      requestIdHeader,
    ],
    keepHeadersOnError: false,
    maxAge: 600,
  });
  // Servers send no origin, and then there is nothing to say about it.
  return (context, next) => (context.req.headers.origin === undefined ? next() : withOrigin(context, next));
}
