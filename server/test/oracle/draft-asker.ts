import type { Draft } from './draft.ts';
import { actionKeys, unregisteredType } from './draft-registry.ts';
import { listGrants } from './grants.ts';
import { isUsable, isWithin } from './places.ts';
import type { AskedActor, Reach } from './question.ts';
import type { GroupRow, UserMemberRow } from './world.ts';

/** The usable Groups that a group-level credential sees. */
export function groupsWithin(draft: Draft, reach: Extract<Reach, { level: 'group' }>): GroupRow[] {
  const { world } = draft;
  const root = world.groups.find((group) => group.id === reach.group_id);
  return world.groups.filter(
    (group) =>
      root !== undefined &&
      group.space_id === root.space_id &&
      isUsable(world, group) &&
      isWithin(group.path, root.path),
  );
}

/** Mostly a binding in good order; now and then ids that do not belong together. */
export function drawActor(draft: Draft): AskedActor {
  const { dice, world } = draft;
  const good = world.user_members.filter((binding) => isInOrder(draft, binding));
  const binding = dice.pick(good.length > 0 && dice.chance(0.8) ? good : world.user_members);
  const actor: AskedActor = {
    user_id: binding.user_id,
    member_id: binding.member_id,
    user_member_id: binding.id,
    space_id: binding.space_id,
  };
  if (dice.chance(0.05)) {
    const mix = dice.pick([
      { user_id: dice.pick(world.users).id },
      { member_id: dice.pick(world.members).id },
      { user_member_id: dice.pick(world.user_members).id },
      { space_id: dice.pick(world.spaces).id },
      { user_id: `${draft.prefix}user_unknown` },
      { member_id: `${draft.prefix}member_unknown` },
      { user_member_id: `${draft.prefix}um_unknown` },
      { space_id: `${draft.prefix}space_unknown` },
    ]);
    return { ...actor, ...mix };
  }
  return actor;
}

function isInOrder(draft: Draft, binding: UserMemberRow): boolean {
  const { users, members, spaces } = draft.world;
  const ends = [
    users.find((row) => row.id === binding.user_id),
    members.find((row) => row.id === binding.member_id),
    spaces.find((row) => row.id === binding.space_id),
    binding,
  ];
  const isCurrent = binding.expires_at === null || draft.now < binding.expires_at;
  return isCurrent && ends.every((row) => row?.status === 'active' && row.deleted_at === null);
}

/** Mostly something that a valid grant of the Member is about; now and then what is not registered. */
export function drawAction(draft: Draft, actor: AskedActor): [resourceType: string, action: string] {
  const { dice, world } = draft;
  const registered = world.resource_types.flatMap((type) =>
    world.resource_actions
      .filter((action) => action.resource_type_id === type.id)
      .map((action) => ({ resource: type.key, action: action.key })),
  );
  const granted = registered.filter(({ resource, action }) =>
    listGrants(
      world,
      {
        kind: 'managed',
        actor,
        resource_type: resource,
        resource_id: '',
        action,
        reach: { level: 'instance' },
      },
      draft.now,
    ).some((grant) => grant.left_out === null),
  );
  const aimed = dice.weigh([
    [granted.length > 0 ? 0.85 : 0, granted],
    [0.12, registered],
    [0.03, world.permissions.length > 0 ? world.permissions : registered],
  ]);
  const { resource, action } = dice.pick<{ resource: string; action: string }>(aimed);
  return [
    dice.chance(0.02) ? unregisteredType(draft) : resource,
    dice.chance(0.06) ? dice.pick(actionKeys) : action,
  ];
}

/** The instance, or a narrower credential that the guard would have let pass for that Space. */
export function drawReach(draft: Draft, spaceId: string): Reach {
  const { dice, world } = draft;
  const space = world.spaces.find((row) => row.id === spaceId);
  const groups = world.groups.filter((group) => group.space_id === spaceId && isUsable(world, group));
  if (space?.status !== 'active' || space.deleted_at !== null) {
    return { level: 'instance' };
  }
  return dice.weigh<Reach>([
    [7, { level: 'instance' }],
    [2, { level: 'space', space_id: spaceId }],
    groups.length > 0
      ? [1, { level: 'group', space_id: spaceId, group_id: dice.pick(groups).id }]
      : [0, { level: 'instance' }],
  ]);
}
