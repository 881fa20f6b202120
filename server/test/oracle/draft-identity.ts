import { type Draft, edges } from './draft.ts';
import type { GroupRow, SpaceRow } from './world.ts';

const roots = ['finance', 'finance2', 'fin', 'legal'] as const;
const children = ['apac', 'apac2', 'emea', 'finance', 'a', 'a_b'] as const;
const deepest = 5;

/** Adds one to three Spaces, each with a tree of Groups, Members, and the bindings of a few Users. */
export function draftIdentity(draft: Draft): void {
  const { dice, world } = draft;
  const users = dice.between(2, 3);
  for (let count = 0; count < users; count += 1) {
    const id = draft.id('user');
    world.users.push({
      id,
      email: `${id.toLowerCase()}@example.com`,
      status: draft.maybeDisabled(0.03),
      deleted_at: draft.maybeDeleted(0.015),
    });
  }
  const spaces = dice.weigh([
    [2, 1],
    [5, 2],
    [2, 3],
  ]);
  for (let position = 0; position < spaces; position += 1) {
    const id = draft.id('space');
    const isMain = position === 0;
    const space: SpaceRow = {
      id,
      name: id,
      status: draft.maybeDisabled(isMain ? 0.015 : 0.12),
      deleted_at: draft.maybeDeleted(isMain ? 0.005 : 0.04),
    };
    world.spaces.push(space);
    draftGroups(draft, space, isMain ? dice.between(4, 8) : dice.between(2, 4));
    draftMembers(draft, space, isMain ? dice.between(2, 3) : dice.between(1, 2));
  }
}

function draftGroups(draft: Draft, space: SpaceRow, wanted: number): void {
  const { dice, world } = draft;
  const own: GroupRow[] = [];
  for (let tries = 0; own.length < wanted && tries < 40; tries += 1) {
    const parents = own.filter((group) => group.path.split('.').length < deepest);
    const parent = parents.length === 0 || dice.chance(0.3) ? null : growFrom(draft, parents);
    const name = parent === null ? dice.pick(roots) : dice.pick(children);
    const path = parent === null ? name : `${parent.path}.${name}`;
    if (own.some((group) => group.path === path)) {
      continue;
    }
    own.push({
      id: draft.id('group'),
      space_id: space.id,
      parent_group_id: parent?.id ?? null,
      name,
      path,
      status: draft.maybeDisabled(parent === null ? 0.06 : 0.1),
      deleted_at: draft.maybeDeleted(0.04),
    });
  }
  world.groups.push(...own);
}

/** Half of the time the newest Group, so that trees grow deep. */
function growFrom(draft: Draft, parents: GroupRow[]): GroupRow {
  const newest = parents.at(-1);
  return newest !== undefined && draft.dice.chance(0.5) ? newest : draft.dice.pick(parents);
}

function draftMembers(draft: Draft, space: SpaceRow, wanted: number): void {
  const { dice, world } = draft;
  for (let count = 0; count < wanted; count += 1) {
    const id = draft.id('member');
    world.members.push({
      id,
      space_id: space.id,
      display_name: id,
      status: draft.maybeDisabled(0.03),
      deleted_at: draft.maybeDeleted(0.02),
    });
    const bindings = dice.between(1, 3);
    for (let binding = 0; binding < bindings; binding += 1) {
      world.user_members.push({
        id: draft.id('um'),
        user_id: dice.pick(world.users).id,
        member_id: id,
        space_id: space.id,
        relation_type: dice.pick(['self', 'login', 'delegate', 'temporary']),
        status: dice.chance(0.1) ? 'revoked' : 'active',
        is_primary: binding === 0,
        expires_at: dice.weigh([
          [6, null],
          [3, draft.after(dice.pick(edges.future))],
          [1.4, draft.after(dice.pick(edges.past))],
        ]),
        deleted_at: draft.maybeDeleted(0.03),
      });
    }
  }
}
