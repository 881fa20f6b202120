import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseInput, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type Group, GroupEntity } from './entities.ts';
import { depthOf, nameFromPath, pathAbove } from './group-path.ts';
import { groupOnWire } from './group-wire.ts';
import { findSpace } from './spaces.ts';

type Refused = Refusal<'SPACE_NOT_FOUND' | 'GROUP_NOT_FOUND' | 'GROUP_CREATE_FAILED' | 'VALIDATION_FAILED'>;

/** Creates a Group below its parent, whose path and one segment more is the new path. */
export async function createGroup(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['GroupCreate'],
): Promise<Group | Refused> {
  if ((await findSpace(mutation.em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
  const parent = await parentOf(mutation, spaceId, body);
  if (isRefusal(parent)) return parent;
  const group = await insertOr(
    mutation,
    GroupEntity,
    {
      id: body.id ?? newId('group'),
      spaceId,
      parentGroupId: parent?.id ?? null,
      path: body.path,
      depth: depthOf(body.path),
      name: body.name ?? body.display_name ?? nameFromPath(body.path),
      displayName: body.display_name ?? null,
      sortOrder: body.sort_order ?? 1000,
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('GROUP_CREATE_FAILED', field),
  );
  if (isRefusal(group)) return group;
  await mutation.record({
    action: 'group.created',
    spaceId,
    resourceType: 'group',
    resourceId: group.id,
    before: null,
    after: groupOnWire(group),
  });
  return group;
}

/** The named parent, or the Group at the path above; null for a top Group. */
async function parentOf(
  { em }: Mutation,
  spaceId: string,
  body: components['schemas']['GroupCreate'],
): Promise<Group | null | Refused> {
  const above = pathAbove(body.path);
  const named = body.parent_group_id ?? null;
  if (named === null && above === null) return null;
  if (named === null && body.parent_group_id === null) {
    return refuseInput('/path', 'parent', 'A Group without a parent has a path of one segment.');
  }
  const where = named === null ? { spaceId, path: above ?? '' } : { spaceId, id: named };
  const parent = await em.findOne(GroupEntity, { ...where, deletedAt: null });
  if (parent === null) return refuse('GROUP_NOT_FOUND');
  if (parent.path !== above) {
    return refuseInput('/path', 'parent', "The path is not the parent's path and one segment more.");
  }
  return parent;
}
