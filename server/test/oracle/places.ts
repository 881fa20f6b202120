import type { Question } from './question.ts';
import type { GroupRow, ResourceRow, World } from './world.ts';

/** A Group as one side of a comparison. Stored ones have id and path; in Context Mode only what was sent. */
export interface Place {
  id: string | null;
  path: string | null;
  space_id: string;
  usable: boolean;
}

/** The object that is asked about, stored or described. `group` is null when it has none or it is unknown. */
export interface Target {
  space_id: string;
  owner_member_id: string | null;
  status: ResourceRow['status'];
  group: Place | null;
}

/** The Group of that id; soft-deleted ones are not there. */
export function storedGroup(world: World, id: string | null): GroupRow | null {
  return world.groups.find((group) => group.id === id && group.deleted_at === null) ?? null;
}

/** Whether the Group and every one of its ancestors is there and active. */
export function isUsable(world: World, group: GroupRow): boolean {
  if (group.status !== 'active' || group.deleted_at !== null) {
    return false;
  }
  if (group.parent_group_id === null) {
    return true;
  }
  const parent = storedGroup(world, group.parent_group_id);
  return parent !== null && isUsable(world, parent);
}

/** Whether `path` is `ancestor` or lies below it, by whole segments: `finance` does not hold `finance2`. */
export function isWithin(path: string, ancestor: string): boolean {
  const segments = path.split('.');
  return ancestor.split('.').every((segment, position) => segments[position] === segment);
}

/** The stored Group as a place. */
export function placeOf(world: World, group: GroupRow | null): Place | null {
  if (group === null) {
    return null;
  }
  return { id: group.id, path: group.path, space_id: group.space_id, usable: isUsable(world, group) };
}

/** A Group as asserted in Context Mode; null when neither id nor path was sent. */
export function assertedPlace(
  spaceId: string,
  id: string | undefined,
  path: string | undefined,
): Place | null {
  if (id === undefined && path === undefined) {
    return null;
  }
  return { id: id ?? null, path: path ?? null, space_id: spaceId, usable: true };
}

/** The object asked about; null when no stored one of that type and id lies within the credential's reach. */
export function findTarget(world: World, question: Question): Target | null {
  if (question.kind === 'managed') {
    return findStoredTarget(world, question);
  }
  const { resource } = question;
  let group: Place | null;
  if (question.kind === 'context') {
    group = assertedPlace(resource.space_id, resource.group_id, resource.group_path);
  } else if (resource.group_id !== undefined) {
    group = placeOf(world, storedGroup(world, resource.group_id));
  } else {
    const named = world.groups.find(
      (row) =>
        row.space_id === resource.space_id && row.path === resource.group_path && row.deleted_at === null,
    );
    group = placeOf(world, named ?? null);
  }
  return {
    space_id: resource.space_id,
    owner_member_id: resource.owner_member_id ?? null,
    status: resource.status ?? 'active',
    group,
  };
}

function findStoredTarget(world: World, question: Question): Target | null {
  for (const row of world.resources) {
    if (row.id === question.resource_id && row.resource_type === question.resource_type) {
      const group = storedGroup(world, row.group_id);
      if (!isReached(world, question, row, group)) {
        return null;
      }
      return {
        space_id: row.space_id,
        owner_member_id: row.owner_member_id,
        status: row.deleted_at === null ? row.status : 'deleted',
        group: placeOf(world, group),
      };
    }
  }
  return null;
}

/** Reach is a matter of position alone: what is disabled is still where it is, what is deleted is nowhere. */
function isReached(world: World, question: Question, row: ResourceRow, group: GroupRow | null): boolean {
  const { reach } = question;
  if (reach.level === 'instance') {
    return true;
  }
  if (row.space_id !== reach.space_id) {
    return false;
  }
  if (reach.level === 'space') {
    return true;
  }
  const root = storedGroup(world, reach.group_id);
  return root !== null && group !== null && isWithin(group.path, root.path);
}
