import type { components } from '../../contract/generated/core/types.ts';
import type { ActiveActor } from '../../contract/ports.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { usableBinding } from './credential-store.ts';

/** A Member that a User can act through now, as the contract shows it. */
export type AvailableMember = components['schemas']['AvailableMember'];

const available = `
select b.id as user_member_id, b.user_id, u.email as user_email, b.member_id,
  m.display_name as member_display_name, b.space_id, sp.name as space_name, b.relation_type, b.is_primary
from user_members b
join users u on u.id = b.user_id
join members m on m.space_id = b.space_id and m.id = b.member_id
join spaces sp on sp.id = b.space_id
where b.user_id = $1 and ${usableBinding}`;
const inOrder = 'order by b.is_primary desc, sp.name, m.display_name, b.id';
const select = `${available} ${inOrder} limit 1000`;
const selectOne = `
${available} and ($2::text is null or b.member_id = $2) and ($3::text is null or b.id = $3) ${inOrder} limit 1`;

/** The Members that a User can act through, at most 1000: the primary one first, then by name of Space and Member. */
export async function availableMembers(connection: Queryable, userId: string): Promise<AvailableMember[]> {
  const { rows } = await connection.query(select, [userId]);
  return rows as AvailableMember[];
}

/** The first available Member that is the one asked for, by its id, its binding's or both; null when none is. */
export async function findAvailableMember(
  connection: Queryable,
  userId: string,
  asked: { readonly memberId: string | null; readonly bindingId: string | null },
): Promise<AvailableMember | null> {
  const { rows } = await connection.query(selectOne, [userId, asked.memberId, asked.bindingId]);
  return (rows[0] as AvailableMember | undefined) ?? null;
}

/** What a session acts as when it starts, or when it is asked for nothing else: the first available Member. */
export function firstActor(members: readonly AvailableMember[]): ActiveActor | null {
  const [first] = members;
  return first === undefined ? null : actorOf(first);
}

/** The four ids of acting through a Member. */
export function actorOf(member: AvailableMember): ActiveActor {
  const { user_id, member_id, user_member_id, space_id } = member;
  return { user_id, member_id, user_member_id, space_id };
}
