import type { Draft } from './draft.ts';
import { drawAction, drawActor, drawReach, groupsWithin } from './draft-asker.ts';
import { draftContextQuestion } from './draft-context.ts';
import { unregisteredType } from './draft-registry.ts';
import { isWithin } from './places.ts';
import type {
  AskedActor,
  InlineResource,
  ManagedQuestion,
  ProposedQuestion,
  Question,
  Reach,
} from './question.ts';
import type { GroupRow } from './world.ts';

/** Draws seven to nine questions, at least one of each kind, about a world that is otherwise complete. */
export function draftQuestions(draft: Draft): Question[] {
  const { dice } = draft;
  const questions: Question[] = [
    draftManagedQuestion(draft),
    draftProposedQuestion(draft),
    draftContextQuestion(draft),
  ];
  const more = dice.between(4, 6);
  for (let count = 0; count < more; count += 1) {
    const drawOne = dice.weigh<(draft: Draft) => Question>([
      [6, draftManagedQuestion],
      [2, draftProposedQuestion],
      [2, draftContextQuestion],
    ]);
    questions.push(drawOne(draft));
  }
  return questions;
}

function draftManagedQuestion(draft: Draft): ManagedQuestion {
  const { dice, world } = draft;
  const actor = drawActor(draft);
  const [resourceType, action] = drawAction(draft, actor);
  const near = world.resources.filter(
    (row) => row.space_id === actor.space_id && row.resource_type === resourceType,
  );
  const aimed = near.filter(
    (row) => row.owner_member_id === actor.member_id || isBelowAnchor(draft, actor, row.group_id),
  );
  const resource = dice.weigh([
    [aimed.length > 0 ? 8 : 0, () => dice.pick(aimed).id],
    [near.length > 0 ? 6 : 0, () => dice.pick(near).id],
    [1.7, () => dice.pick(world.resources).id],
    [0.3, () => `${draft.prefix}res_unknown`],
  ]);
  const resourceId = resource();
  // Most often an id is asked under its own type; under another one it is unknown.
  const stored = world.resources.find((row) => row.id === resourceId);
  const keepsType = dice.chance(0.3) || stored === undefined || resourceType === unregisteredType(draft);
  return {
    kind: 'managed',
    actor,
    resource_type: keepsType ? resourceType : stored.resource_type,
    resource_id: resourceId,
    action,
    reach: drawReach(draft, actor.space_id),
  };
}

function isBelowAnchor(draft: Draft, actor: AskedActor, groupId: string | null): boolean {
  const { member_roles, groups } = draft.world;
  const group = groups.find((row) => row.id === groupId);
  return member_roles.some((held) => {
    const anchor = groups.find((row) => row.id === held.scope_anchor_group_id);
    return held.member_id === actor.member_id && group && anchor && isWithin(group.path, anchor.path);
  });
}

function draftProposedQuestion(draft: Draft): ProposedQuestion {
  const { dice, world } = draft;
  const actor = drawActor(draft);
  const [resourceType, action] = drawAction(draft, actor);
  const reach = drawReach(draft, actor.space_id);
  const isElsewhere = reach.level === 'instance' && dice.chance(0.07);
  const resource: InlineResource = { space_id: isElsewhere ? dice.pick(world.spaces).id : actor.space_id };
  const owner = dice.weigh<string | null>([
    [3, actor.member_id],
    [2, dice.pick(world.members).id],
    [1, `${draft.prefix}member_unknown`],
    [4, null],
  ]);
  if (owner !== null) {
    resource.owner_member_id = owner;
  }
  if (dice.chance(0.3)) {
    resource.status = dice.weigh([
      [6, 'active'],
      [2, 'archived'],
      [1, 'deleted'],
    ]);
  }
  proposeGroup(draft, resource, reach);
  return {
    kind: 'proposed',
    actor,
    resource_type: resourceType,
    resource_id: dice.chance(0.4) ? dice.pick(world.resources).id : `${draft.prefix}res_new`,
    action,
    resource,
    reach,
  };
}

function proposeGroup(draft: Draft, resource: InlineResource, reach: Reach): void {
  const { dice, world } = draft;
  const own = world.groups.filter((group) => group.space_id === resource.space_id);
  if (reach.level === 'group') {
    nameGroup(draft, resource, dice.pick(groupsWithin(draft, reach)));
    return;
  }
  const foreign = world.groups.filter((group) => group.space_id !== resource.space_id);
  const how = dice.weigh([
    [own.length > 0 ? 8 : 0, 'own'],
    [1, 'unknown id'],
    [1, 'unknown path'],
    [1.5, 'none'],
    [reach.level === 'instance' && foreign.length > 0 ? 0.6 : 0, 'foreign'],
  ]);
  if (how === 'own') {
    nameGroup(draft, resource, dice.pick(own));
  } else if (how === 'foreign') {
    resource.group_id = dice.pick(foreign).id;
  } else if (how === 'unknown id') {
    resource.group_id = `${draft.prefix}group_unknown`;
  } else if (how === 'unknown path') {
    resource.group_path = dice.pick(['finance.zz', 'financ', 'finance22', 'zz']);
  }
}

/** By id, by path, or by both, which agree. */
function nameGroup(draft: Draft, resource: InlineResource, group: GroupRow): void {
  const how = draft.dice.pick(['id', 'path', 'both']);
  if (how !== 'path') {
    resource.group_id = group.id;
  }
  if (how !== 'id') {
    resource.group_path = group.path;
  }
}
