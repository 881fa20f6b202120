import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(8_192);
let used = pool.length;

/**
 * Random bytes for ids, as hexadecimal digits. They come from a pool that the system fills in one go, since asking it for
 * a few bytes each time costs more than everything else about an id. Not for secrets: those do not lie in a pool before
 * they are used.
 */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
