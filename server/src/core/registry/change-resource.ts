import { LockMode } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import type { Mutation, ValuesOf } from '../kernel/index.ts';
import { changeRow } from '../kernel/index.ts';
import { type Resource, ResourceEntity } from './entities.ts';
import { resourceNames } from './resource-names.ts';
import { mayManageAt, refusePlace } from './resource-place.ts';
import { resourceOnWire } from './resource-wire.ts';

/** Which Resource is to be changed, and the version that the caller has seen (null when it does not mind). */
export type ResourceTarget = {
  readonly spaceId: string;
  readonly resourceId: string;
  readonly ifVersion: number | null;
};

/** Changes names, place, owner, visibility and metadata of an active Resource. */
export async function updateResource(
  mutation: Mutation,
  target: ResourceTarget,
  body: components['schemas']['ResourceUpdate'],
) {
  const resource = await lockResource(mutation, target);
  if (isRefusal(resource)) return resource;
  if (resource.status === 'deleted') return refuse('RESOURCE_NOT_FOUND');
  if (resource.status !== 'active') return refuse('RESOURCE_UPDATE_FAILED', { field: 'status' });
  const { spaceId } = target;
  // Staying where it is moves nothing, so it needs no right at a second place.
  const groupId = body.group_id === (resource.groupId ?? null) ? undefined : body.group_id;
  const refs = { spaceId, groupId, ownerMemberId: body.owner_member_id };
  const refused = await refusePlace(mutation.em, mutation.access, refs);
  if (refused !== null) return refused;
  return change(mutation, target, resource, 'resource.updated', {
    externalId: body.external_id,
    displayName: body.display_name,
    groupId: body.group_id,
    ownerMemberId: body.owner_member_id,
    visibility: body.visibility,
    metadata: body.metadata,
  });
}

/** Takes a Resource out of use until it is restored. */
export async function archiveResource(mutation: Mutation, target: ResourceTarget) {
  return setStatus(mutation, target, 'archived', 'resource.archived');
}

/** Makes an archived Resource active again. */
export async function restoreResource(mutation: Mutation, target: ResourceTarget) {
  return setStatus(mutation, target, 'active', 'resource.restored');
}

/** Marks a Resource as deleted, for good. One that is deleted already stays as it is. */
export async function deleteResource(mutation: Mutation, target: ResourceTarget) {
  const resource = await lockResource(mutation, target);
  if (isRefusal(resource)) return resource;
  const deletedAt = resource.deletedAt ?? mutation.now;
  return change(mutation, target, resource, 'resource.deleted', { status: 'deleted', deletedAt });
}

async function setStatus(
  mutation: Mutation,
  target: ResourceTarget,
  status: 'active' | 'archived',
  action: string,
) {
  const resource = await lockResource(mutation, target);
  if (isRefusal(resource)) return resource;
  if (resource.status === 'deleted') return refuse('RESOURCE_NOT_FOUND');
  return change(mutation, target, resource, action, { status });
}

/** Reads a Resource of the Space with a lock, deleted ones too, if it is within the caller's reach where it is now. */
async function lockResource({ em, access }: Mutation, { spaceId, resourceId }: ResourceTarget) {
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const resource = await em.findOne(ResourceEntity, { id: resourceId, spaceId }, { lockMode });
  if (resource === null) return refuse('RESOURCE_NOT_FOUND');
  // It may have been moved between the guard's look and the lock.
  const { groupPaths } = await resourceNames(em, [resource]);
  const groupPath = resource.groupId ? (groupPaths.get(resource.groupId) ?? null) : null;
  return mayManageAt(access, spaceId, groupPath) ? resource : refuse('RESOURCE_NOT_FOUND');
}

async function change(
  mutation: Mutation,
  { spaceId, ifVersion }: ResourceTarget,
  resource: Resource,
  action: string,
  values: ValuesOf<Resource>,
) {
  const { groupId, ownerMemberId } = values;
  const names = await resourceNames(mutation.em, [resource, { spaceId, groupId, ownerMemberId }]);
  const onWire = (row: Resource) => resourceOnWire(row, names);
  const changed = await changeRow(mutation, resource, {
    ifVersion,
    values: values,
    action,
    spaceId,
    resourceType: 'resource',
    onWire,
  });
  if (isRefusal(changed)) return changed;
  return { status: 200 as const, data: onWire(changed), version: changed.version };
}
