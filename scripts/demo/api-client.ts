import type { components } from '../../server/src/contract/generated/core/types.ts';
import { DemoFailure } from './demo-failure.ts';

/** The schemas of the contract, by name. */
export type Wire = components['schemas'];

/** An answer of the API: `data` of a success, `error` of everything else. */
export type ApiAnswer =
  | { readonly ok: true; readonly status: number; readonly data: unknown }
  | { readonly ok: false; readonly status: number; readonly error: Wire['ErrorBody'] };

/** Sends one request; a body makes it a POST. */
export type Call = (path: string, body?: object) => Promise<ApiAnswer>;

const TIMEOUT_MS = 30_000;

/**
 * Speaks to the API below `/api/v1` of a server, with a session or an API key if one is given.
 *
 * @throws DemoFailure when nothing answers there, or something that is not Plystra
 */
export function apiClient(baseUrl: string, credential: string | null): Call {
  return async (path, body) => {
    const response = await send(`${baseUrl}/api/v1${path}`, credential, body).catch((error: unknown) => {
      throw new DemoFailure(1, `${baseUrl} does not answer (${reasonOf(error)}).\n${START_HINT}`);
    });
    const answer = parsed(response.text);
    if ('data' in answer) return { ok: true, status: response.status, data: answer['data'] };
    if (isError(answer['error'])) return { ok: false, status: response.status, error: answer['error'] };
    throw new DemoFailure(
      1,
      `What answers at ${baseUrl} is not Plystra (${response.status}).\n${START_HINT}`,
    );
  };
}

/** The failure that an unwanted error answer means: what was tried, and what the server says about it. */
export function unexpected(
  attempt: string,
  { status, error }: Extract<ApiAnswer, { ok: false }>,
): DemoFailure {
  const details = error.details === null ? '' : `\n  ${JSON.stringify(error.details)}`;
  return new DemoFailure(
    1,
    `${attempt} failed: ${status} ${error.code}\n  ${error.message} ${error.hint}${details}\n` +
      `  request id ${error.request_id}`,
  );
}

const START_HINT =
  'Start it with `npm start` in another terminal. If it listens elsewhere, set PLYSTRA_BASE_URL to the ' +
  'address that it printed.';

async function send(
  url: string,
  credential: string | null,
  body: object | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      Accept: 'application/json',
      ...(credential === null ? {} : { Authorization: `Bearer ${credential}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { status: response.status, text: await response.text() };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isError(value: unknown): value is Wire['ErrorBody'] {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  return String(code ?? message ?? cause);
}
