/** How far a right reaches: the whole instance, one Space, or one Group and what is below it. */
export type Reach =
  | { readonly level: 'instance' }
  | { readonly level: 'space'; readonly spaceId: string }
  | {
      readonly level: 'group';
      readonly spaceId: string;
      readonly groupId: string;
      readonly groupPath: string;
    };

/** A place that a right may or may not reach: the instance, a Space, or a Group (by its path) of a Space. */
export type Place =
  | { readonly kind: 'instance' }
  | { readonly kind: 'space'; readonly spaceId: string }
  | { readonly kind: 'group'; readonly spaceId: string; readonly groupPath: string };

/**
 * The one rule of the control plane: whether a reach includes a place. A Space right includes its whole Space, a
 * Group right its Group and what is below it, and neither includes the instance.
 */
export function includes(reach: Reach, place: Place): boolean {
  if (reach.level === 'instance') return true;
  if (place.kind === 'instance' || reach.spaceId !== place.spaceId) return false;
  if (reach.level === 'space') return true;
  return place.kind === 'group' && isAtOrBelow(place.groupPath, reach.groupPath);
}

/** Whether any of the reaches includes the place. */
export function anyIncludes(reaches: readonly Reach[], place: Place): boolean {
  return reaches.some((reach) => includes(reach, place));
}

/** Whether any of the reaches lies in the Space, be it for one Group of it only. */
export function touchesSpace(reaches: readonly Reach[], spaceId: string): boolean {
  return reaches.some((reach) => reach.level === 'instance' || reach.spaceId === spaceId);
}

/** Whether `path` is `ancestor` or lies below it, segment by segment: `finance` does not reach `finance2`. */
export function isAtOrBelow(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(`${ancestor}.`);
}
