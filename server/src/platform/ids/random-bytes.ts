import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(8_192);
let used = pool.length;

/**
 * Random bytes for ids. They come from a pool that the system fills in one go, since asking it for a few bytes each
 * time costs more than everything else about an id. Not for secrets: those do not lie in a pool before they are used.
 */
export function idBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return Buffer.from(pool.subarray(used - count, used));
}
