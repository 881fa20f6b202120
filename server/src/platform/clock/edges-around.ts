/**
 * The nearest instants around `now` among those at which something begins or ends (null is never): from the one on and
 * before the other time alone changes nothing. Milliseconds since the epoch; an edge at `now` itself has passed.
 */
export function edgesAround(
  edges: readonly (number | null)[],
  now: number,
): { readonly validFrom: number | null; readonly validUntil: number | null } {
  let validFrom: number | null = null;
  let validUntil: number | null = null;
  for (const edge of edges) {
    if (edge === null) continue;
    if (edge <= now) validFrom = Math.max(validFrom ?? edge, edge);
    else validUntil = Math.min(validUntil ?? edge, edge);
  }
  return { validFrom, validUntil };
}
