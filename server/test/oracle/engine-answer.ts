import type { components } from '../../src/contract/generated/core/types.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { isRefusal } from '../../src/contract/refusal.ts';
import { askedIn } from '../../src/core/authorization/deciding/asked.ts';
import { type Decision, decide } from '../../src/core/authorization/deciding/decide.ts';
import type { FactsSource } from '../../src/core/authorization/deciding/facts-source.ts';
import { gatherFacts } from '../../src/core/authorization/deciding/gather-facts.ts';
import { hideOutOfReach } from '../../src/core/authorization/deciding/reach-of-question.ts';
import type { Question } from './question.ts';
import type { World } from './world.ts';

/** The question as the body of a request. */
function bodyOf(question: Question): components['schemas']['AuthzRequest'] {
  const { actor, action, resource_type, resource_id } = question;
  const body = { actor, action, resource_type, resource_id };
  if (question.kind === 'managed') return body;
  if (question.kind === 'proposed') return { ...body, resource: question.resource };
  return { ...body, resource: question.resource, grants: question.grants ?? [] };
}

function reachOf(question: Question, world: World): Reach {
  const { reach } = question;
  if (reach.level === 'instance') return reach;
  if (reach.level === 'space') return { level: 'space', spaceId: reach.space_id };
  const group = world.groups.find(({ id }) => id === reach.group_id);
  if (group === undefined) throw new Error('The world has no such Group.');
  return { level: 'group', spaceId: reach.space_id, groupId: group.id, groupPath: group.path };
}

/** What the engine answers at `now` on the facts of `source`, through the same steps as a request behind its guard. */
export async function engineAnswer(
  source: FactsSource,
  question: Question,
  world: World,
  now: number,
): Promise<Decision> {
  const { actor } = question;
  const asked = askedIn(bodyOf(question), {
    userId: actor.user_id,
    memberId: actor.member_id,
    userMemberId: actor.user_member_id,
    spaceId: actor.space_id,
  });
  if (isRefusal(asked)) throw new Error(`refused: ${JSON.stringify(asked.details)}`);
  const gathered = await gatherFacts(source, asked);
  if (isRefusal(gathered)) throw new Error(`refused: ${JSON.stringify(gathered.details)}`);
  return decide(hideOutOfReach(gathered.facts, [reachOf(question, world)]), now);
}
