import type { World } from '../../server/test/oracle/world.ts';
import { type Expected, expectedAnswers } from './expected-answer.ts';
import { randomFrom } from './random.ts';
import type { SentQuestion } from './sent-question.ts';
import { spaceId } from './world.ts';

/** The questions that are asked over and over, with the answers that the brute force gives. */
export type QuestionSets = {
  /** Distinct ones, more than caches of whole answers would meet twice. */
  readonly wide: readonly SentQuestion[];
  /** A hundred of them: the best case of such caches. */
  readonly hot: readonly SentQuestion[];
  /** The answers to `wide`, in its order. */
  readonly expected: readonly Expected[];
};

const seed = 77;
const wideSize = 5_000;
const hotSize = 100;
const triesForAllow = 300;

/**
 * Makes the question sets. Five of ten questions are meant to be allowed, four are about a permission of the Member's
 * and a random resource, one is about a random action, so that every usual answer comes up.
 */
export function questionSets(world: World): QuestionSets {
  const random = randomFrom(seed);
  const answer = expectedAnswers(world);
  const ofType = Map.groupBy(world.resources, ({ resource_type }) => resource_type);
  const permissions = new Map(world.permissions.map((permission) => [permission.id, permission]));
  const ofRole = Map.groupBy(world.role_permissions, ({ role_id }) => role_id);
  const asked = new Map<string, { readonly question: SentQuestion; readonly expected: Expected }>();
  while (asked.size < wideSize) {
    const assignment = random.of(world.member_roles);
    const held = random.of(ofRole.get(assignment.role_id) ?? []);
    const permission = permissions.get(held.permission_id);
    const resources = ofType.get(permission?.resource ?? '');
    if (permission === undefined || resources === undefined) throw new Error('The world has a loose end.');
    const number = assignment.member_id.slice('member_'.length);
    for (let left = asked.size % 2 === 0 ? triesForAllow : 1; left > 0; left -= 1) {
      const question: SentQuestion = {
        action: asked.size % 10 === 9 ? random.of(world.resource_actions).key : permission.action,
        resource_type: permission.resource,
        resource_id: random.of(resources).id,
        actor: {
          user_id: `user_${number}`,
          member_id: assignment.member_id,
          user_member_id: `binding_${number}`,
          space_id: spaceId,
        },
      };
      const expected = answer(question);
      if (!expected.allow && left > 1) continue;
      asked.set(JSON.stringify(question), { question, expected });
      break;
    }
  }
  const all = [...asked.values()];
  const wide = all.map(({ question }) => question);
  return { wide, hot: wide.slice(0, hotSize), expected: all.map(({ expected }) => expected) };
}
