import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** The cost of one Argon2id computation (RFC 9106). */
export type Argon2Cost = {
  /** Memory in KiB (`m`). */
  readonly memory: number;
  /** Passes over the memory (`t`). */
  readonly passes: number;
  /** Lanes (`p`). */
  readonly parallelism: number;
};

/** The cost of new hashes: the middle one of the settings that OWASP ASVS 5.0, appendix C, holds to be equal. */
export const CURRENT_COST: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 };

const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Bounds on stored values: a hash that was imported or planted must not be able to eat the machine. */
const MAX_MEMORY = 1024 * 1024;
const MAX_PASSES = 10;
const MAX_PARALLELISM = 16;
const MIN_SALT_BYTES = 8;
const MIN_TAG_BYTES = 16;
const MAX_FIELD_BYTES = 64;
const MAX_PHC_LENGTH = 256;
const NUMBER = '(0|[1-9]\\d{0,9})';
const PHC = new RegExp(
  `^\\$argon2id\\$v=19\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)$`,
);

type StoredHash = { readonly cost: Argon2Cost; readonly salt: Buffer; readonly tag: Buffer };

/** A new hash of the password in the PHC string format, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string, cost: Argon2Cost = CURRENT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return encode(cost, salt, await compute(password, salt, cost, TAG_BYTES));
}

/**
 * Whether the password is the one that the stored PHC string was made from. A string that is malformed, of another
 * scheme or beyond the bounds (m ≤ 1 GiB, t ≤ 10, p ≤ 16) is false without any work.
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = decode(stored);
  if (parsed === null) return false;
  const tag = await compute(password, parsed.salt, parsed.cost, parsed.tag.length);
  return timingSafeEqual(tag, parsed.tag);
}

/** Whether a stored hash should be replaced at the next login: its cost or sizes are not the current ones. */
export function needsRehash(stored: string, cost: Argon2Cost = CURRENT_COST): boolean {
  const parsed = decode(stored);
  if (parsed === null) return true;
  const { memory, passes, parallelism } = parsed.cost;
  const sameCost = memory === cost.memory && passes === cost.passes && parallelism === cost.parallelism;
  return !sameCost || parsed.salt.length !== SALT_BYTES || parsed.tag.length !== TAG_BYTES;
}

/** A well-formed hash that no password matches, at the full cost: what an unknown user is checked against. */
export function decoyHash(cost: Argon2Cost = CURRENT_COST): string {
  return encode(cost, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES));
}

function compute(password: string, salt: Buffer, cost: Argon2Cost, tagLength: number): Promise<Buffer> {
  // One text can be typed as different code points, by keyboard and system: NFKC makes them one (NIST SP 800-63B).
  const message = Buffer.from(password.normalize('NFKC'), 'utf8');
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce: salt, tagLength, ...cost }, (error, tag) => {
      if (error === null) resolve(tag);
      else reject(error);
    });
  });
}

function encode(cost: Argon2Cost, salt: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

function decode(stored: string): StoredHash | null {
  if (stored.length > MAX_PHC_LENGTH) return null;
  const match = PHC.exec(stored);
  if (match === null) return null;
  const [memory = 0, passes = 0, parallelism = 0] = match.slice(1, 4).map(Number);
  const salt = field(match[4], MIN_SALT_BYTES);
  const tag = field(match[5], MIN_TAG_BYTES);
  const bounded =
    passes >= 1 &&
    passes <= MAX_PASSES &&
    parallelism >= 1 &&
    parallelism <= MAX_PARALLELISM &&
    memory >= 8 * parallelism &&
    memory <= MAX_MEMORY;
  return bounded && salt !== null && tag !== null
    ? { cost: { memory, passes, parallelism }, salt, tag }
    : null;
}

/** Unpadded standard base64 in its one canonical spelling, within the bounds of its size. */
function field(text: string | undefined, minimum: number): Buffer | null {
  if (text === undefined) return null;
  const bytes = Buffer.from(text, 'base64');
  const sized = bytes.length >= minimum && bytes.length <= MAX_FIELD_BYTES;
  return sized && unpadded(bytes) === text ? bytes : null;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
