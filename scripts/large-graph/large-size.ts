/** How many rows the large graph has. */
export type LargeSize = {
  readonly members: number;
  readonly groups: number;
  readonly resources: number;
};

/** Roles that each Member holds. */
export const rolesOfMember = 3;
/** Members of a Space. */
export const membersOfSpace = 10_000;
/** Roles that a Space has. */
export const rolesOfSpace = 10;
/** Permissions in a Role. */
export const permissionsOfRole = 6;
/** Groups of a Space that stand at the top, and those of the second level. */
export const topGroups = 10;
export const middleGroups = 90;

/** The size of a whole run, and what is left of it at a part of that. */
export function largeSize(part: number): LargeSize {
  return { members: 1_000_000 * part, groups: 100_000 * part, resources: 5_000_000 * part };
}

/** Spaces over which all of it is spread. */
export function spacesOf({ members }: LargeSize): number {
  return Math.ceil(members / membersOfSpace);
}
