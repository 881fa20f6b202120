import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type Space, SpaceEntity } from './entities.ts';
import { spaceOnWire } from './space-wire.ts';

/** Creates a Space with nothing in it. */
export async function createSpace(
  mutation: Mutation,
  body: components['schemas']['SpaceCreate'],
): Promise<Space | Refusal<'SPACE_CREATE_FAILED'>> {
  const space = await insertOr(
    mutation,
    SpaceEntity,
    {
      id: body.id ?? newId('space'),
      name: body.name,
      slug: body.slug ?? null,
      type: body.type ?? 'custom',
      status: body.status ?? 'active',
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('SPACE_CREATE_FAILED', field),
  );
  if (isRefusal(space)) return space;
  await mutation.record({
    action: 'space.created',
    spaceId: space.id,
    resourceType: 'space',
    resourceId: space.id,
    before: null,
    after: spaceOnWire(space),
  });
  return space;
}
