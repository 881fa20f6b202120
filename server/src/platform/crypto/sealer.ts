import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { deriveKeys, type SecretRing } from './derive-key.ts';

const VERSION = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCE_AT = 1 + KEY_ID_BYTES;
const BODY_AT = NONCE_AT + NONCE_BYTES;
/** Longer texts were not made by `seal` for any use here, and are not worth decoding. */
const MAX_SEALED_LENGTH = 64 * 1024;

type SealingKey = { readonly id: Buffer; readonly key: Buffer };

/**
 * Seals short texts so that only the holder of the secret can read or alter them: AES-256-GCM with a random 96-bit
 * nonce (NIST SP 800-38D). The result is base64url of version, key id, nonce, ciphertext and tag.
 */
export class Sealer {
  readonly #keys: readonly [SealingKey, ...SealingKey[]];

  /** `label` names the purpose: what one purpose sealed, another does not open. */
  constructor(ring: SecretRing, label: string) {
    const [current, ...previous] = deriveKeys(ring, label);
    this.#keys = [withId(current), ...previous.map(withId)];
  }

  /** Seals `text` under the current secret. `associated` is not part of the result, but must be the same to open it. */
  seal(text: string, associated: string): string {
    const { id, key } = this.#keys[0];
    const header = Buffer.concat([Buffer.of(VERSION), id]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(header, associated));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return Buffer.concat([header, nonce, body]).toString('base64url');
  }

  /** The text that was sealed under this secret or a previous one, or null for anything else. Never throws. */
  open(sealed: string, associated: string): string | null {
    if (sealed.length > MAX_SEALED_LENGTH) return null;
    const bytes = Buffer.from(sealed, 'base64url');
    // The decoder skips what is not base64url, so that many texts give the same bytes: only one of them is ours.
    if (bytes.length < BODY_AT + TAG_BYTES || bytes.toString('base64url') !== sealed) return null;
    const header = bytes.subarray(0, NONCE_AT);
    if (header[0] !== VERSION) return null;
    const keyId = header.subarray(1);
    for (const { id, key } of this.#keys) {
      const text = id.equals(keyId) ? decrypt(key, bytes, associatedData(header, associated)) : null;
      if (text !== null) return text;
    }
    return null;
  }
}

function decrypt(key: Buffer, bytes: Buffer, associated: Buffer): string | null {
  const nonce = bytes.subarray(NONCE_AT, BODY_AT);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const body = bytes.subarray(BODY_AT, bytes.length - TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** The first bytes of a hash of the key: they tell which key to try and reveal nothing else. */
function withId(key: Buffer): SealingKey {
  return { id: createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES), key };
}

function associatedData(header: Buffer, associated: string): Buffer {
  return Buffer.concat([header, Buffer.from(associated, 'utf8')]);
}
