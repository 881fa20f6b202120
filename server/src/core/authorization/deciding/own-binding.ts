import type { Queryable } from '../../../platform/database/index.ts';
import type { ActorIds } from './facts.ts';

const usable = `
select 1 from user_members b
join members m on m.space_id = b.space_id and m.id = b.member_id
join spaces s on s.id = b.space_id
where b.id = $1 and b.user_id = $2 and b.member_id = $3 and b.space_id = $4
  and b.status = 'active' and b.deleted_at is null and (b.expires_at is null or b.expires_at > now())
  and m.status = 'active' and m.deleted_at is null and s.status = 'active' and s.deleted_at is null`;

/** Whether the four ids name a binding that can be acted through at this moment. */
export async function isUsableBinding(connection: Queryable, actor: ActorIds): Promise<boolean> {
  const { rows } = await connection.query(usable, [
    actor.userMemberId,
    actor.userId,
    actor.memberId,
    actor.spaceId,
  ]);
  return rows.length > 0;
}
