import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { deriveKeys, type SecretRing } from './derive-key.ts';

/**
 * Turns tokens of one purpose into what the database keeps of them: hex HMAC-SHA-256 under a key of that purpose.
 * A stolen table is worthless without the secret, and a hash of one purpose never matches in another.
 */
export class TokenHasher {
  /** Node takes several times as long over a key that it has to import each time. */
  readonly #keys: readonly [KeyObject, ...KeyObject[]];

  /** `label` names the purpose and must stay the same for as long as the hashes are kept. */
  constructor(ring: SecretRing, label: string) {
    const [current, ...previous] = deriveKeys(ring, label);
    this.#keys = [createSecretKey(current), ...previous.map((key) => createSecretKey(key))];
  }

  /** The hash under the current secret, 64 lower-case hexadecimal digits: what is written. */
  hash(token: string): string {
    return hmac(this.#keys[0], token);
  }

  /** The hashes under the current secret and every previous one, the current first: for `= any($1)`. */
  candidates(token: string): string[] {
    return this.#keys.map((key) => hmac(key, token));
  }
}

function hmac(key: KeyObject, token: string): string {
  return createHmac('sha256', key).update(token, 'utf8').digest('hex');
}
