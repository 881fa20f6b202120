import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import { findSpace } from '../identity/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { ResourceEntity } from './entities.ts';
import { resourceNames } from './resource-names.ts';
import { refusePlace } from './resource-place.ts';
import { findResourceType } from './resource-types.ts';
import { resourceOnWire } from './resource-wire.ts';

/** Registers a business object in a Space, at a Group that the caller may manage Resources at. */
export async function createResource(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['SpaceResourceCreate'],
) {
  const { em, access } = mutation;
  if ((await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
  const refs = { spaceId, groupId: body.group_id ?? null, ownerMemberId: body.owner_member_id ?? null };
  const refused = await refusePlace(em, access, refs);
  if (refused !== null) return refused;
  if ((await findResourceType(em, body.resource_type)) === null) return refuse('RESOURCE_TYPE_NOT_FOUND');
  const resource = await insertOr(
    mutation,
    ResourceEntity,
    {
      ...refs,
      id: body.id ?? newId(body.resource_type),
      resourceType: body.resource_type,
      externalId: body.external_id ?? null,
      displayName: body.display_name ?? null,
      visibility: body.visibility ?? 'private',
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('RESOURCE_CREATE_FAILED', field),
  );
  if (isRefusal(resource)) return resource;
  const data = resourceOnWire(resource, await resourceNames(em, [refs]));
  await mutation.record({
    action: 'resource.created',
    spaceId,
    resourceType: 'resource',
    resourceId: resource.id,
    before: null,
    after: data,
  });
  return { status: 201 as const, data, version: resource.version };
}
