import { remembering } from '../compact/index.ts';

const SECRET_SEGMENTS: ReadonlySet<string> = new Set([
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'authorization',
  'apikey',
]);
const COOKIE_KEYS: ReadonlySet<string> = new Set(['cookie', 'cookies', 'set_cookie']);

/** Last segments of keys that tell something about a secret, and cannot hold the secret itself. */
const DESCRIBING_SEGMENTS: ReadonlySet<string> = new Set([
  'count',
  'length',
  'size',
  'limit',
  'type',
  'ttl',
  'at',
  'in',
  'ms',
  'seconds',
  'enabled',
  'required',
  'policy',
]);

const MAX_KEY_LENGTH = 256;

/**
 * Whether what stands under this key is taken for a credential. The key is cut into segments at camel humps and at
 * everything that is neither letter nor digit. It is secret when
 * - one of its whole segments is `password`, `secret`, `token`, `authorization` or a like word,
 * - or its last segments are `api_key` (so `x-plystra-api-key`, but not `api_key_id`), or it is a cookie header,
 *
 * unless its last segment shows that it only describes the secret: `token_count`, `token_type`, `password_policy`,
 * `secret_expires_at`. Words that merely contain such a word (`tokenizer`, `secretary`) are none.
 */
export function isSecretKey(key: string): boolean {
  // Nobody names a field like this; rather one time too many than slow.
  return key.length > MAX_KEY_LENGTH || namesSecret(key);
}

const namesSecret = remembering((key) => {
  const segments = segmentsOf(key);
  const last = segments.at(-1);
  if (last === undefined || DESCRIBING_SEGMENTS.has(last)) return false;
  if (last === 'key' && segments.at(-2) === 'api') return true;
  return COOKIE_KEYS.has(segments.join('_')) || segments.some((segment) => SECRET_SEGMENTS.has(segment));
});

function segmentsOf(key: string): string[] {
  return key
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .map((segment) => segment.replace(/\d+$/, ''))
    .filter((segment) => segment !== '');
}
