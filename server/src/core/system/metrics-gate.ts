import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../../contract/api-error.ts';
import { constantTimeEqual } from '../../platform/crypto/index.ts';

/** Who may read the metrics. */
export type MetricsSettings = {
  readonly enabled: boolean;
  /** Where it is set, it is the only credential accepted; else callers need `metrics:read` for the instance. */
  readonly token: string | null;
};

/**
 * Looks at a request for the metrics before any other credential: true when the token lets it in, false when the
 * permission has to.
 *
 * @throws ApiError FEATURE_DISABLED when they are off, METRICS_TOKEN_REQUIRED when the token is missing or wrong
 */
export function metricsGate(settings: MetricsSettings): (headers: IncomingHttpHeaders) => boolean {
  return (headers) => {
    if (!settings.enabled) throw new ApiError('FEATURE_DISABLED');
    if (settings.token === null) return false;
    const sent = tokenIn(headers);
    if (sent !== null && constantTimeEqual(sent, settings.token)) return true;
    throw new ApiError('METRICS_TOKEN_REQUIRED');
  };
}

/** Collectors that cannot send a header of their own send a bearer token. */
function tokenIn(headers: IncomingHttpHeaders): string | null {
  const own = headers['x-plystra-metrics-token'];
  if (typeof own === 'string') return own;
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}
