import type { Draft } from './draft.ts';
import { drawAction, drawActor, drawReach, groupsWithin } from './draft-asker.ts';
import type { AskedActor, ContextQuestion, InlineGrant, InlineResource, Reach } from './question.ts';
import type { GroupRow, Scope } from './world.ts';

const paths = [
  'finance',
  'finance2',
  'finance.apac',
  'finance.apac2',
  'finance2.apac',
  'finance.apac.a',
] as const;

/** Draws a question in which actor, target and grants are asserted. */
export function draftContextQuestion(draft: Draft): ContextQuestion {
  const { dice, world } = draft;
  const actor = drawAssertedActor(draft);
  const [resourceType, action] = drawAction(draft, actor);
  const reach = drawReach(draft, actor.space_id);
  const isFar = reach.level === 'instance';
  const isElsewhere = isFar && dice.chance(0.05);
  const resource: InlineResource = {
    space_id: isElsewhere ? drawOtherSpace(draft, actor.space_id) : actor.space_id,
  };
  if (dice.chance(0.5)) {
    resource.owner_member_id = dice.chance(0.5) ? actor.member_id : dice.pick(world.members).id;
  }
  if (dice.chance(0.25)) {
    resource.status = dice.weigh([
      [6, 'active'],
      [2, 'archived'],
      [1, 'deleted'],
    ]);
  }
  const [groupId, groupPath] = drawGroup(draft, reach, reach.level === 'group' ? 0 : 0.15);
  const question: ContextQuestion = {
    kind: 'context',
    actor,
    resource_type: resourceType,
    resource_id: `${draft.prefix}asserted`,
    action,
    resource: {
      ...resource,
      ...(groupId === null ? {} : { group_id: groupId }),
      ...(groupPath === null ? {} : { group_path: groupPath }),
    },
    reach,
  };
  const grants: InlineGrant[] = [];
  const wanted = dice.weigh([
    [0.7, 0],
    [4, 1],
    [3, 2],
    [2, 3],
  ]);
  for (let count = 0; count < wanted; count += 1) {
    grants.push(drawGrant(draft, question));
  }
  // Without grants an inline field of the actor is what selects Context Mode.
  if (grants.length > 0 || !describesActor(actor) || dice.chance(0.5)) {
    question.grants = grants;
  }
  return question;
}

function describesActor(actor: AskedActor): boolean {
  return Object.keys(actor).length > 4;
}

function drawAssertedActor(draft: Draft): AskedActor {
  const { dice } = draft;
  const actor = drawActor(draft);
  // Now and then several at once, so that the first of them has to win.
  const inactive = dice.chance(0.04) ? 0.6 : 0.1;
  if (dice.chance(0.35)) {
    actor.user_status = draft.maybeDisabled(inactive);
  }
  if (dice.chance(0.35)) {
    actor.member_status = draft.maybeDisabled(inactive);
  }
  if (dice.chance(0.35)) {
    actor.space_status = draft.maybeDisabled(inactive);
  }
  if (dice.chance(0.35)) {
    actor.binding_status = dice.chance(inactive) ? 'revoked' : 'active';
  }
  if (dice.chance(0.2)) {
    actor.relation_type = 'external';
  }
  return actor;
}

function drawOtherSpace(draft: Draft, spaceId: string): string {
  const others = draft.world.spaces.map((space) => space.id).filter((id) => id !== spaceId);
  return draft.dice.pick([...others, `${draft.prefix}space_unknown`]);
}

/** Id and path to assert. A narrow credential gets what its guard lets pass, stored Groups named truly. */
function drawGroup(draft: Draft, reach: Reach, none: number): [id: string | null, path: string | null] {
  const { dice, world } = draft;
  if (dice.chance(none)) {
    return [null, null];
  }
  const how = dice.weigh([
    [3, 'id'],
    [5, 'path'],
    [3, 'both'],
  ]);
  let group: Pick<GroupRow, 'id' | 'path'>;
  if (reach.level === 'group') {
    group = dice.pick(groupsWithin(draft, reach));
  } else if (reach.level === 'space') {
    const own = world.groups.filter((row) => row.space_id === reach.space_id);
    // Mutations may have left the Space without any.
    if (own.length === 0) return [null, null];
    group = dice.pick(own);
  } else {
    const id =
      world.groups.length > 0 && dice.chance(0.5)
        ? dice.pick(world.groups).id
        : `${draft.prefix}group_${dice.pick(['x', 'y'])}`;
    group = { id, path: dice.pick(paths) };
  }
  return [how === 'path' ? null : group.id, how === 'id' ? null : group.path];
}

function drawGrant(draft: Draft, question: ContextQuestion): InlineGrant {
  const { dice } = draft;
  const { reach, resource } = question;
  const scope = dice.weigh<Scope>([
    [1.5, 'self'],
    [3, 'group'],
    [5, 'group_tree'],
    [0.7, 'space'],
    [1, 'global'],
  ]);
  const grant: InlineGrant = { scope };
  if (dice.chance(0.6)) {
    grant.role_key = dice.pick(['approver', 'Approver', 'approver-2', 'inline', 'zeta']);
  }
  if (dice.chance(0.4)) {
    grant.resource = dice.chance(0.75) ? question.resource_type : `${draft.prefix}invoice2`;
  }
  if (dice.chance(0.4)) {
    grant.action = dice.chance(0.75) ? question.action : 'void';
  }
  if (dice.chance(0.4)) {
    const isForeign = reach.level === 'instance' && dice.chance(0.3);
    grant.space_id = isForeign ? drawOtherSpace(draft, question.actor.space_id) : question.actor.space_id;
  }
  // Often the target's own Group or one above it, else whatever comes.
  const path = resource.group_path?.split('.');
  if (reach.level === 'instance' && path !== undefined && dice.chance(0.4)) {
    grant.scope_anchor_group_path = path.slice(0, dice.between(1, path.length)).join('.');
    if (dice.chance(0.4)) {
      grant.scope_anchor_group_id = `${draft.prefix}group_${dice.pick(['x', 'y'])}`;
    }
  } else if (reach.level === 'instance' && resource.group_id !== undefined && dice.chance(0.25)) {
    grant.scope_anchor_group_id = resource.group_id;
  } else {
    const [id, anchorPath] = drawGroup(draft, reach, 0.3);
    Object.assign(grant, id === null ? {} : { scope_anchor_group_id: id });
    Object.assign(grant, anchorPath === null ? {} : { scope_anchor_group_path: anchorPath });
  }
  return grant;
}
