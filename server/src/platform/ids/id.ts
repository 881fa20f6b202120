import { randomHex } from './random-hex.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;
const ID_BYTES = 8;
const REQUEST_ID_BYTES = 6;
const SESSION_ID_BYTES = 32;

/** A new id of a kind of row: the prefix, `_` and 64 random bits as 16 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomHex(ID_BYTES)}`;
}

/**
 * A new id of a request: `req_`, the millisecond `nowMs` in 12 hexadecimal digits, 48 random bits in 12 more. Such ids
 * rise with time, so that the audit log's index of them is written at its end and not all over.
 */
export function newRequestId(nowMs: number): string {
  const instant = Math.floor(nowMs);
  if (written.instant !== instant) written = { instant, digits: instant.toString(16).padStart(12, '0') };
  return `req_${written.digits}${randomHex(REQUEST_ID_BYTES)}`;
}

/** The last instant whose digits were written: many ids are of one millisecond. */
let written = { instant: Number.NaN, digits: '' };

/** A new session id, `sess_` and 256 random bits: it is not a credential, but nobody shall be able to guess one. */
export function newSessionId(): string {
  return `sess_${randomHex(SESSION_ID_BYTES)}`;
}

/**
 * Whether the text may be an id: 1 to 128 ASCII letters, digits, `_`, `.`, `:` and `-`, the first of them a letter or
 * digit. Case matters. Linear in the text's length.
 */
export function isId(text: string): boolean {
  return text.length <= 128 && ID.test(text);
}
