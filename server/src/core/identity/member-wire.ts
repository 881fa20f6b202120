import type { components } from '../../contract/generated/core/types.ts';
import type { Member } from './entities.ts';

/** A Member as the contract shows it. */
export function memberOnWire(member: Member): components['schemas']['Member'] {
  return {
    id: member.id,
    space_id: member.spaceId,
    display_name: member.displayName,
    member_type: member.memberType,
    status: member.status,
    metadata: member.metadata,
    created_at: member.createdAt.toISOString(),
    updated_at: member.updatedAt.toISOString(),
  };
}
