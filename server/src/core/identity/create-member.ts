import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { insertOr } from '../kernel/index.ts';
import { type Member, MemberEntity } from './entities.ts';
import { memberOnWire } from './member-wire.ts';
import { findSpace } from './spaces.ts';

/** Creates a Member that no User is bound to and no Role is assigned to. */
export async function createMember(
  mutation: Mutation,
  spaceId: string,
  body: components['schemas']['MemberCreate'],
): Promise<Member | Refusal<'SPACE_NOT_FOUND' | 'MEMBER_CREATE_FAILED'>> {
  if ((await findSpace(mutation.em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
  const member = await insertOr(
    mutation,
    MemberEntity,
    {
      id: body.id ?? newId('member'),
      spaceId,
      displayName: body.display_name,
      memberType: body.member_type ?? 'human',
      status: body.status ?? 'active',
      metadata: body.metadata ?? {},
    },
    (field) => refuseTaken('MEMBER_CREATE_FAILED', field),
  );
  if (isRefusal(member)) return member;
  await mutation.record({
    action: 'member.created',
    spaceId,
    resourceType: 'member',
    resourceId: member.id,
    before: null,
    after: memberOnWire(member),
  });
  return member;
}
