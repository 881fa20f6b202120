import type { Reach } from '../../contract/reach.ts';

/**
 * The condition that a row with `space_id` and `group_id` is within reaches, for a query whose parameters begin with
 * `reachParameters` ($1 to $4). `row` and `group` are the aliases of the row and of its Group.
 */
export const withinReaches = (row: string, group: string) => `
  ($1::boolean or ${row}.space_id = any($2::text[]) or exists (
    select from unnest($3::text[], $4::text[]) as reached (space_id, path)
    where reached.space_id = ${row}.space_id
      and (${group}.path = reached.path or starts_with(${group}.path, reached.path || '.'))))`;

/** The four parameters: reaches the instance, whole Spaces, and the Spaces and paths of Groups. */
export function reachParameters(reaches: readonly Reach[]): readonly unknown[] {
  const groups = reaches.filter((reach) => reach.level === 'group');
  return [
    reaches.some(({ level }) => level === 'instance'),
    reaches.filter((reach) => reach.level === 'space').map(({ spaceId }) => spaceId),
    groups.map(({ spaceId }) => spaceId),
    groups.map(({ groupPath }) => groupPath),
  ];
}
