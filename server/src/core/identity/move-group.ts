import type { components } from '../../contract/generated/core/types.ts';
import { anyIncludes, isAtOrBelow, type Place } from '../../contract/reach.ts';
import { isRefusal, type Refusal, refuse, refuseInput, refuseTaken } from '../../contract/refusal.ts';
import { reachesOf } from '../../contract/rights.ts';
import type { Mutation } from '../kernel/index.ts';
import { changeUnique } from '../kernel/index.ts';
import { type Group, GroupEntity } from './entities.ts';
import { findInSpaceForChange } from './find-in-space.ts';
import { depthOf, MAX_PATH_LENGTH, segmentOf } from './group-path.ts';
import { groupOnWire } from './group-wire.ts';
import { principalOf } from './principal-of.ts';

/** Which Group is to move, and the version that the caller has seen (null when it does not mind). */
export type MovedGroup = { readonly spaceId: string; readonly id: string; readonly ifVersion: number | null };

type Refused = Refusal<
  | 'SPACE_NOT_FOUND'
  | 'GROUP_NOT_FOUND'
  | 'GROUP_UPDATE_FAILED'
  | 'PRECONDITION_FAILED'
  | 'ADMIN_PERMISSION_REQUIRED'
  | 'VALIDATION_FAILED'
>;

// A path is in the subtree when it is $2 or goes on with a dot; `/` is the character after the dot in C order.
const inSubtree = `space_id = $1 and (path = $2 or (path >= $2 || '.' and path < $2 || '/'))`;
const longestPath = `select max(char_length(path)) as length from groups where ${inSubtree}`;
const moveSubtree = `
update groups set path = $3 || substr(path, char_length($2) + 1), depth = depth + $4,
  parent_group_id = case when id = $5 then $6 else parent_group_id end, version = version + 1, updated_at = $7
where ${inSubtree}`;

/**
 * Gives a Group another parent, another last segment or both, and takes all that is below it along. The parent of
 * the new path has to be within the caller's reach, as the Group itself is; what is not is answered like an unknown one.
 */
export async function moveGroup(
  mutation: Mutation,
  moved: MovedGroup,
  body: components['schemas']['GroupMove'],
): Promise<Group | Refused> {
  const place = { spaceId: moved.spaceId, id: moved.id };
  const group = await findInSpaceForChange(mutation.em, GroupEntity, place, 'GROUP_NOT_FOUND');
  if (isRefusal(group)) return group;
  if (moved.ifVersion !== null && moved.ifVersion !== group.version) return refuse('PRECONDITION_FAILED');
  const segment = body.segment ?? segmentOf(group.path);
  const parentId = body.parent_group_id;
  const stays = parentId === (group.parentGroupId ?? null) && segment === segmentOf(group.path);
  const parent = await parentFor(mutation, group, parentId, stays);
  if (isRefusal(parent)) return parent;
  const path = parent === null ? segment : `${parent.path}.${segment}`;
  // Paths are unique in the Space, so that the same path is the same parent and the same segment.
  if (path === group.path) return group;
  if (parent !== null && isAtOrBelow(parent.path, group.path)) {
    return refuseInput('/parent_group_id', 'cycle', 'A Group cannot move below itself.');
  }
  const { rows } = await mutation.query(longestPath, [group.spaceId, group.path]);
  if (Number(rows[0]?.['length']) - group.path.length + path.length > MAX_PATH_LENGTH) {
    const message = `A path below the Group would be longer than ${MAX_PATH_LENGTH} characters.`;
    return refuseInput('/parent_group_id', 'path_length', message);
  }
  return changeUnique(
    () => writeMove(mutation, group, path, parent?.id ?? null),
    refuseTaken('GROUP_UPDATE_FAILED', 'path'),
  );
}

/**
 * The named parent, or null for the top of the Space. A Group that stays where it is, under the segment that it has,
 * needs no right there; paths below a parent, also new ones of the same parent, are the parent's matter.
 */
async function parentFor(
  mutation: Mutation,
  group: Group,
  id: string | null,
  stays: boolean,
): Promise<Group | null | Refused> {
  const reaches = reachesOf(principalOf(mutation), 'groups:manage');
  if (id === null) {
    const top: Place = { kind: 'space', spaceId: group.spaceId };
    if (stays || anyIncludes(reaches, top)) return null;
    return refuse('ADMIN_PERMISSION_REQUIRED', { permission: 'groups:manage' });
  }
  const parent = await mutation.em.findOne(GroupEntity, { spaceId: group.spaceId, id, deletedAt: null });
  if (parent === null) return refuse('GROUP_NOT_FOUND');
  const there: Place = { kind: 'group', spaceId: group.spaceId, groupPath: parent.path };
  return stays || anyIncludes(reaches, there) ? parent : refuse('GROUP_NOT_FOUND');
}

async function writeMove(
  mutation: Mutation,
  group: Group,
  path: string,
  parentId: string | null,
): Promise<Group> {
  const before = groupOnWire(group);
  const deeper = depthOf(path) - group.depth;
  const { spaceId, id } = group;
  await mutation.query(moveSubtree, [spaceId, group.path, path, deeper, id, parentId, mutation.now]);
  await mutation.em.refresh(group);
  await mutation.record({
    action: 'group.moved',
    spaceId,
    resourceType: 'group',
    resourceId: id,
    before,
    after: groupOnWire(group),
  });
  return group;
}
