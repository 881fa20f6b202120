import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { GroupEntity, MemberEntity, SpaceEntity } from '../identity/index.ts';

/** The ids of what a Resource belongs to. */
export type ResourceRefs = {
  readonly spaceId: string;
  readonly groupId?: string | null | undefined;
  readonly ownerMemberId?: string | null | undefined;
};

/** What is shown of the Spaces, Groups and owners of Resources, by their ids. */
export type ResourceNames = {
  readonly spaces: ReadonlyMap<string, string>;
  readonly groupPaths: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, string>;
};

/** Reads the names of all that the Resources belong to, with one statement a kind. */
export async function resourceNames(
  em: SqlEntityManager,
  resources: readonly ResourceRefs[],
): Promise<ResourceNames> {
  const spaceIds = distinct(resources.map(({ spaceId }) => spaceId));
  const groupIds = distinct(resources.map(({ groupId }) => groupId));
  const memberIds = distinct(resources.map(({ ownerMemberId }) => ownerMemberId));
  // Only some of the fields are read: such rows must not pass for whole ones in the unit of work.
  const only = { disableIdentityMap: true } as const;
  const within = (ids: string[]) => ({ spaceId: { $in: spaceIds }, id: { $in: ids } });
  const spaces =
    spaceIds.length === 0
      ? []
      : await em.find(SpaceEntity, { id: { $in: spaceIds } }, { ...only, fields: ['name'] });
  const groups =
    groupIds.length === 0 ? [] : await em.find(GroupEntity, within(groupIds), { ...only, fields: ['path'] });
  const members =
    memberIds.length === 0
      ? []
      : await em.find(MemberEntity, within(memberIds), { ...only, fields: ['displayName'] });
  return {
    spaces: new Map(spaces.map(({ id, name }) => [id, name])),
    groupPaths: new Map(groups.map(({ id, path }) => [id, path])),
    members: new Map(members.map(({ id, displayName }) => [id, displayName])),
  };
}

function distinct(ids: readonly (string | null | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}
