import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';
import { type JsonLimits, parseStrictJson } from './strict-json.ts';
import type { Violation } from './violation.ts';

/** Bounds of a request body. */
export type BodyLimits = JsonLimits & { readonly maxBytes: number };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the JSON body of a request. Undefined when there is none.
 *
 * @throws ApiError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, or VALIDATION_FAILED with the place that breaks a rule
 */
export async function readJsonBody(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  const length = request.headers['content-length'];
  const empty = length === undefined ? request.headers['transfer-encoding'] === undefined : length === '0';
  if (empty) return undefined;
  requireJson(request);
  if (Number(length ?? 0) > limits.maxBytes) throw tooLarge(request, limits);
  const bytes = await readBytes(request, limits);
  if (bytes.length === 0) return undefined;
  const result = parseStrictJson(decode(bytes), limits);
  if ('violation' in result) throw invalid(result.violation);
  return result.value;
}

function requireJson(request: IncomingMessage): void {
  const { 'content-type': sent = '', 'content-encoding': encoding = '' } = request.headers;
  // As nearly everybody writes it.
  if (sent === 'application/json' && encoding === '') return;
  const [type = '', ...parameters] = sent.split(';');
  const json = type.trim().toLowerCase() === 'application/json';
  const utf = parameters.every((parameter) => /^\s*(charset="?utf-8"?\s*|)$/i.test(parameter));
  const plain = /^(identity)?$/i.test(encoding);
  if (!json || !utf || !plain) throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { headers: closing(request) });
}

// By events: an iterator over the request costs as much as parsing the body of a question.
function readBytes(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= limits.maxBytes) return;
    request.off('data', take).pause();
    reject(tooLarge(request, limits));
  };
  // The client went away in the middle: its doing, and no fault of the server.
  const cut = (): void => {
    const message = 'The connection ended before the body.';
    reject(invalid({ in: 'body', pointer: '', rule: 'incomplete', message }));
  };
  request.on('data', take).once('error', cut).once('close', cut);
  request.once('end', () => {
    request.off('close', cut);
    resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
  });
  return promise;
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid({ in: 'body', pointer: '', rule: 'utf8', message: 'The body is not valid UTF-8.' });
  }
}

function tooLarge(request: IncomingMessage, limits: BodyLimits): ApiError {
  return new ApiError('PAYLOAD_TOO_LARGE', {
    details: { limit_bytes: limits.maxBytes },
    headers: closing(request),
  });
}

// The rest of a refused body is not read, so the connection cannot carry another request.
function closing(request: IncomingMessage): Record<string, string> {
  return request.complete ? {} : { Connection: 'close' };
}

function invalid(violation: Violation): ApiError {
  return new ApiError('VALIDATION_FAILED', { details: [violation] });
}
