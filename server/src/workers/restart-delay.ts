const firstMs = 100;
const longestMs = 30_000;
/** A worker that lived for so long ended for a reason of its own, not for one that keeps workers from living. */
const longLifeMs = 60_000;

/**
 * How long to wait before the place of a worker that ended is taken: twice as long after each short life, 30 seconds at
 * most. `shortLives` counts those that came before in a row; the one that just ended lived `livedMs` milliseconds.
 */
export function restartDelay(
  livedMs: number,
  shortLives: number,
): { readonly delayMs: number; readonly shortLives: number } {
  if (livedMs >= longLifeMs) return { delayMs: firstMs, shortLives: 0 };
  return { delayMs: Math.min(firstMs * 2 ** shortLives, longestMs), shortLives: shortLives + 1 };
}
