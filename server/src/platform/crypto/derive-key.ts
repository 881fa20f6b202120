import { hkdfSync } from 'node:crypto';

/** The secret in use, and older ones that are still accepted for reading. */
export type SecretRing = { readonly current: string; readonly previous: readonly string[] };

/** A constant of the product: HKDF wants a salt that does not change (RFC 5869 §3.1). */
const SALT = 'plystra/hkdf/v1';
const KEY_BYTES = 32;

/**
 * A 32-byte key for one purpose, made from a configured secret by HKDF-SHA-256 (RFC 5869). Keys with different labels
 * tell nothing about each other. Throws a RangeError when the secret or the label is empty.
 */
export function deriveKey(secret: string, label: string): Buffer {
  if (secret === '') throw new RangeError('A key cannot be derived from an empty secret.');
  if (label === '') throw new RangeError('A derived key needs a label that names its purpose.');
  return Buffer.from(hkdfSync('sha256', secret, SALT, label, KEY_BYTES));
}

/** One key for each secret of the ring, the current one first. Secrets that occur twice count once. */
export function deriveKeys(ring: SecretRing, label: string): readonly [Buffer, ...Buffer[]] {
  const older = new Set(ring.previous);
  older.delete(ring.current);
  return [deriveKey(ring.current, label), ...Array.from(older, (secret) => deriveKey(secret, label))];
}
