import type { Refusal } from './refusal.ts';

/**
 * An answer that is not a success, thrown where the rest of the request must not go on: in the stages before a
 * handler, and for faults inside it. Handlers and domain code return a Refusal instead, so that the compiler can
 * hold them to the codes of their operation.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly details: unknown;
  /** Seconds for the header Retry-After; null for none. */
  readonly retryAfter: number | null;
  /** Further response headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** The decision behind AUTHORIZATION_DENIED. */
  readonly decision: Readonly<Record<'deny_code' | 'trace_id' | 'audit_log_id', string | null>> | null;

  constructor(
    code: string,
    options: {
      details?: unknown;
      retryAfter?: number;
      headers?: Readonly<Record<string, string>>;
      decision?: Readonly<Record<'deny_code' | 'trace_id' | 'audit_log_id', string | null>>;
      cause?: unknown;
    } = {},
  ) {
    super(code, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? null;
    this.retryAfter = options.retryAfter ?? null;
    this.headers = options.headers ?? {};
    this.decision = options.decision ?? null;
  }

  /** What may be asked again after so many seconds. */
  static forNow(code: string, seconds: number, cause?: unknown): ApiError {
    return new ApiError(code, { retryAfter: seconds, details: { retry_after_seconds: seconds }, cause });
  }

  /** The error answer that a refusal becomes. */
  static of(refusal: Refusal<string>): ApiError {
    return new ApiError(refusal.code, {
      details: refusal.details,
      ...(refusal.retryAfter === null ? {} : { retryAfter: refusal.retryAfter }),
    });
  }
}

/** The answer to a request that could not be carried out in time: nothing of it was done. */
export function notInTime(): ApiError {
  return ApiError.forNow('NOT_READY', 1);
}
