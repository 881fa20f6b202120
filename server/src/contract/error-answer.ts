import { ApiError } from './api-error.ts';

/** One row of the table of error codes. */
export type ErrorCode = { readonly status: number; readonly message: string; readonly hint: string };

/** An error as it goes out. */
export type ErrorAnswer = {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/**
 * The answer that an error becomes: an ApiError tells its code, and anything else is an INTERNAL_ERROR whose cause
 * stays inside the process.
 */
export function errorAnswer(
  error: unknown,
  table: Readonly<Record<string, ErrorCode>>,
  requestId: string,
): ErrorAnswer {
  const known = error instanceof ApiError && table[error.code] !== undefined ? error : null;
  const code = known?.code ?? 'INTERNAL_ERROR';
  const row = table[code];
  if (row === undefined) throw new Error(`The table of error codes has no ${code}.`);
  return {
    status: row.status,
    code,
    headers: { 'X-Plystra-Error-Code': code, ...retryHeader(known), ...known?.headers },
    body: {
      error: {
        code,
        message: row.message,
        hint: row.hint,
        details: known?.details ?? null,
        request_id: requestId,
        ...known?.decision,
      },
      request_id: requestId,
    },
  };
}

function retryHeader(error: ApiError | null): Record<string, string> {
  return error === null || error.retryAfter === null ? {} : { 'Retry-After': String(error.retryAfter) };
}
