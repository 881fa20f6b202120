import { randomBytes } from 'node:crypto';
import { isId } from '../ids/index.ts';

const SECRET_BYTES = 32;
const SECRET_DIGITS = SECRET_BYTES * 2;
const LOWER_HEX = /^[0-9a-f]{64}$/;
const API_KEY_PREFIX = 'ply_ak_';
const MAX_ID_LENGTH = 128;
const MAX_API_KEY_LENGTH = API_KEY_PREFIX.length + MAX_ID_LENGTH + 1 + SECRET_DIGITS;

/** A new opaque token: the prefix and 256 random bits as 64 lower-case hexadecimal digits. */
export function mintToken(prefix: string): string {
  return prefix + randomBytes(SECRET_BYTES).toString('hex');
}

/** Whether the text has the shape that `mintToken(prefix)` gives. Says nothing about whether it was ever issued. */
export function isToken(text: string, prefix: string): boolean {
  if (text.length !== prefix.length + SECRET_DIGITS) return false;
  return text.startsWith(prefix) && LOWER_HEX.test(text.slice(prefix.length));
}

/** The two halves of an API key as a client sends it. */
export type ApiKeyParts = {
  readonly id: string;
  /** 64 lower-case hexadecimal digits. */
  readonly secret: string;
};

/** A new API key for the row with this id, `ply_ak_<id>.<64 hex>`. Throws a RangeError when the id is not an id. */
export function mintApiKey(id: string): string {
  if (!isId(id)) throw new RangeError('An API key needs an id of 1 to 128 id characters.');
  return `${API_KEY_PREFIX}${id}.${randomBytes(SECRET_BYTES).toString('hex')}`;
}

/**
 * Takes an API key apart, or gives null when the text is not of its shape. Never throws, and reads each character a
 * bounded number of times. An id may itself contain dots: the secret's length is fixed, so the cut is from the end.
 */
export function parseApiKey(text: unknown): ApiKeyParts | null {
  if (typeof text !== 'string' || text.length > MAX_API_KEY_LENGTH) return null;
  const dot = text.length - SECRET_DIGITS - 1;
  if (dot <= API_KEY_PREFIX.length || text[dot] !== '.' || !text.startsWith(API_KEY_PREFIX)) return null;
  const id = text.slice(API_KEY_PREFIX.length, dot);
  const secret = text.slice(dot + 1);
  return isId(id) && LOWER_HEX.test(secret) ? { id, secret } : null;
}

/** The part of an API key that may be shown again after its creation: `ply_ak_<id>`. */
export function apiKeyPrefix(id: string): string {
  return API_KEY_PREFIX + id;
}
