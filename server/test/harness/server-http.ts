import { strict as assert } from 'node:assert';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { validateErrorEnvelope } from '../../src/contract/generated/core/validators/error-envelope.js';
import { errorCodes } from '../../src/contract/generated/error-codes.ts';
import type { Violation } from '../../src/contract/violation.ts';

/** What the error envelope holds. */
export type WireError = {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly details: unknown;
  readonly request_id: string;
};

/** An answer as it came over the wire. */
export type Answer<Data = Record<string, unknown>> = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body where it is JSON; reading a member that the answer does not have gives undefined. */
  readonly body: { readonly data: Data; readonly error: WireError; readonly request_id: string };
};

/** What is sent beside method and path. `body` is sent as JSON unless it is bytes. */
export type Sent = {
  readonly body?: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Sent as `X-Plystra-API-Key`. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
};

/**
 * Sends one request on a connection of its own, the path exactly as it is given. Every answer that is an error is held
 * to the error envelope and to the table of codes, and every request id in a body to its header.
 */
export async function send<Data>(
  base: string,
  method: string,
  path: string,
  sent: Sent = {},
): Promise<Answer<Data>> {
  const { hostname, port } = new URL(base);
  const bytes =
    sent.body === undefined || Buffer.isBuffer(sent.body)
      ? sent.body
      : Buffer.from(JSON.stringify(sent.body));
  const headers = {
    ...(bytes === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': bytes.length }),
    ...(sent.token === undefined ? {} : { Authorization: `Bearer ${sent.token}` }),
    ...(sent.key === undefined ? {} : { 'X-Plystra-API-Key': sent.key }),
    ...sent.headers,
  };
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        try {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve(checked(method, response.statusCode ?? 0, response.headers, text) as Answer<Data>);
        } catch (error) {
          reject(error);
        }
      });
    });
    call.on('error', reject);
    call.end(bytes);
  });
}

/** Writes bytes to a new connection and gives all that comes back until the server closes it. */
export async function sendRaw(base: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

/** The violations that an answer lists, as `in pointer rule`. */
export function violationsIn(answer: Answer<unknown>): string[] {
  assert.equal(answer.body.error?.code, 'VALIDATION_FAILED', answer.text);
  const details = answer.body.error.details as readonly Violation[];
  return details.map(({ in: place, pointer, rule }) => `${place} ${pointer} ${rule}`);
}

/** Asserts that an answer is the error `code`, with the status that the table of codes gives it. */
export function assertRefused(answer: Answer<unknown>, code: keyof typeof errorCodes): void {
  assert.equal(answer.body.error?.code, code, answer.text);
  assert.equal(answer.status, errorCodes[code].status);
}

function checked(
  method: string,
  status: number,
  headers: IncomingHttpHeaders,
  text: string,
): Answer<unknown> {
  const json = headers['content-type'] === 'application/json; charset=utf-8' && text !== '';
  const body = (json ? JSON.parse(text) : {}) as Answer<unknown>['body'];
  if (status >= 400 && method !== 'HEAD') {
    assert.ok(validateErrorEnvelope(body), `not an error envelope: ${text.slice(0, 500)}`);
    const row = errorCodes[body.error.code as keyof typeof errorCodes];
    assert.equal(row?.status, status, `${body.error.code} with ${status}`);
    assert.equal(headers['x-plystra-error-code'], body.error.code);
    assert.equal(body.error.request_id, body.request_id);
    assert.equal(headers['x-request-id'], body.request_id);
  }
  return { status, headers, text, body };
}
