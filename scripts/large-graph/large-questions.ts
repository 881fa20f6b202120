import type pg from 'pg';
import type { QuestionSets } from '../bench/questions.ts';
import { randomFrom } from '../bench/random.ts';
import type { SentQuestion } from '../bench/sent-question.ts';
import type { LargeSize } from './large-size.ts';

const seed = 99;
const howMany = 5_000;

// By its own Role at the Group in which its own resources are.
const allowed = `
select b.user_id, m.id as member_id, b.id as user_member_id, m.space_id, p.resource, p.action, r.id as resource_id
from unnest($1::bigint[]) as u (n)
join members m on m.id = 'member_' || left(md5('member' || u.n), 16)
join user_members b on b.space_id = m.space_id and b.member_id = m.id
join lateral (
  select p.resource, p.action, mr.scope_anchor_group_id as anchor
  from member_roles mr
  join role_permissions rp on rp.space_id = mr.space_id and rp.role_id = mr.role_id
  join permissions p on p.id = rp.permission_id
  where mr.space_id = m.space_id and mr.member_id = m.id order by mr.id, p.id offset u.n % 6 limit 1
) as p on true
join resources r on r.space_id = m.space_id and r.group_id = p.anchor and r.resource_type = p.resource
  and r.owner_member_id = (select o.owner_member_id from resources o
    where o.space_id = m.space_id and o.group_id = p.anchor order by o.id limit 1)`;

/** Questions about Members all over the large graph, each with a resource in the Group of one of its Roles: allowed. */
export async function largeQuestions(client: pg.ClientBase, { members }: LargeSize): Promise<QuestionSets> {
  const random = randomFrom(seed);
  const numbers = Array.from({ length: howMany }, () => random.below(members));
  const { rows } = await client.query(allowed, [numbers]);
  const wide = rows.map(
    ({ action, resource, resource_id, user_id, member_id, user_member_id, space_id }): SentQuestion => ({
      action,
      resource_type: resource,
      resource_id,
      actor: { user_id, member_id, user_member_id, space_id },
    }),
  );
  if (wide.length < howMany / 2) throw new Error(`There are only ${wide.length} questions to ask.`);
  return { wide, hot: [], expected: wide.map(() => ({ allow: true, denyCode: null })) };
}
