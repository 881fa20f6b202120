import { editDistance } from '../platform/crypto/index.ts';

const MAX_TYPING_DISTANCE = 3;

/** The name that was most likely meant: one slip for each two characters, three at most; undefined if none is near. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const limit = Math.min(MAX_TYPING_DISTANCE, Math.ceil(typed.length / 2));
  const ranked = names
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name, limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return ranked[0]?.name;
}

/** The sentence `Did you mean …?` with a space before it; empty if nothing is near. */
export function suggestion(typed: string, names: readonly string[]): string {
  const name = nearestName(typed, names);
  return name === undefined ? '' : ` Did you mean ${JSON.stringify(name)}?`;
}
