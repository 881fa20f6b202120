import type { Draft } from './draft.ts';
import type { ResourceTypeRow } from './world.ts';

/** Keys of actions; the last is registered for no type. */
export const actionKeys = ['read', 'approve', 'void'] as const;

/** The key of a resource type of this world that is not registered. */
export function unregisteredType(draft: Draft): string {
  return `${draft.prefix}ghost`;
}

/** Adds one or two resource types with actions, perhaps mappings, and resources. Needs the identity rows. */
export function draftRegistry(draft: Draft): void {
  const { dice, world } = draft;
  const keys = dice.chance(0.5) ? ['invoice'] : ['invoice', 'invoice2'];
  for (const [position, name] of keys.entries()) {
    const type: ResourceTypeRow = {
      id: draft.id('rt'),
      key: `${draft.prefix}${name}`,
      display_name: name,
      status: draft.maybeDisabled(position === 0 ? 0.015 : 0.15),
    };
    world.resource_types.push(type);
    for (const key of actionKeys.slice(0, 2)) {
      world.resource_actions.push({
        id: draft.id('ra'),
        resource_type_id: type.id,
        key,
        display_name: key,
        status: draft.maybeDisabled(0.04),
      });
    }
    if (dice.chance(0.6)) {
      world.resource_mappings.push({
        id: draft.id('rm'),
        resource_type_id: type.id,
        storage_kind: dice.pick(['internal_table', 'plugin_managed']),
        status: draft.maybeDisabled(0.3),
      });
    }
    draftResources(draft, type, position === 0 ? 7 : 3);
  }
}

function draftResources(draft: Draft, type: ResourceTypeRow, wanted: number): void {
  const { dice, world } = draft;
  for (let count = 0; count < wanted; count += 1) {
    const space = dice.chance(0.65) ? world.spaces[0] : dice.pick(world.spaces);
    if (space === undefined) {
      throw new RangeError('a resource needs a Space');
    }
    const groups = world.groups.filter((group) => group.space_id === space.id);
    const owners = world.members.filter((member) => member.space_id === space.id);
    const status = dice.weigh([
      [0.9, 'active'],
      [0.06, 'archived'],
      [0.04, 'deleted'],
    ] as const);
    world.resources.push({
      id: draft.id('res'),
      resource_type: type.key,
      space_id: space.id,
      group_id: dice.chance(0.2) ? null : dice.pick(groups).id,
      owner_member_id: dice.chance(0.3) ? null : dice.pick(owners).id,
      status,
      deleted_at: status === 'deleted' ? draft.after(-1) : null,
    });
  }
}
