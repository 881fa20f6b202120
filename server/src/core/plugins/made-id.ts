import { createHash } from 'node:crypto';
import { newId } from '../../platform/ids/index.ts';

const MAX_ID_LENGTH = 128;
const HASH_DIGITS = 32;

/**
 * An id made from the keys of an object, the same for the same keys: prefix and keys joined by `_`. Where that is
 * longer than an id may be, a hash (SHA-256, its first 32 hexadecimal digits) stands for the keys.
 */
export function madeId(prefix: string, ...keys: readonly string[]): string {
  const joined = [prefix, ...keys].join('_');
  if (joined.length <= MAX_ID_LENGTH) return joined;
  const hash = createHash('sha256').update(JSON.stringify(keys)).digest('hex');
  return `${prefix}_${hash.slice(0, HASH_DIGITS)}`;
}

/** Id of the Permission with this triple, unless another Permission has taken it. */
export function permissionId(resource: string, action: string, scope: string): string {
  return madeId('perm', resource, action, scope);
}

/**
 * Takes ids for new rows. Different keys may join to the same id (`a_b` and `c` as `a` and `b_c`), and a caller may
 * have chosen it for something else: the later one gets a random id then.
 */
export function idTaker(taken: Iterable<string>): (made: string, prefix: string) => string {
  const used = new Set(taken);
  return (made, prefix) => {
    const id = used.has(made) ? newId(prefix) : made;
    used.add(id);
    return id;
  };
}
