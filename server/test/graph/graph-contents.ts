import type { Graph, GroupNode } from '../../src/core/graph/index.ts';

/**
 * All that a graph can be asked, in a form that does not depend on the order in which it came to know it: two graphs
 * with the same contents answer every question alike.
 */
export function graphContents(graph: Graph) {
  const roleIds = graph.roles.map(({ id }) => id);
  const actions = [...graph.permissions.values()].map(({ resource, action }) => [resource, action] as const);
  const keys = [...graph.registry.types.values()].flatMap(({ key }) =>
    [...graph.registry.actions.values()].map((action) => [key, action.key] as const),
  );
  return {
    // A scope at 0 is one that never moved, noted or not.
    revisions: sorted(
      [...graph.scopes]
        .map((scope) => [scope, graph.revision(scope)])
        .filter(([, revision]) => revision !== 0),
    ),
    spaces: sorted(
      [...graph.spaces.values()].map(({ groupsByPath, ...space }) => {
        return { ...space, paths: sorted([...groupsByPath].map(([path, { id }]) => [path, id])) };
      }),
    ),
    groups: sorted(graph.groups.map((group) => ({ ...placed(group), found: foundBy(graph, group) }))),
    roles: sorted(
      graph.roles.map(({ ordinal: _, permissions, ...role }) => {
        return { ...role, permissions: sorted([...permissions]) };
      }),
    ),
    permissions: sorted([...graph.permissions.values()]),
    permissionsFor: sorted(
      actions.map((asked) => [...asked, sorted([...graph.permissionsFor(asked[0], asked[1])])]),
    ),
    registry: {
      types: sorted([...graph.registry.types.values()]),
      actions: sorted([...graph.registry.actions.values()]),
      mappings: sorted([...graph.registry.mappings.values()]),
      found: sorted(keys.map((asked) => [...asked, graph.registry.find(asked[0], asked[1])])),
    },
    grants: sorted([...graph.adminGrants.values()]),
    grantsOf: sorted(
      [...graph.adminGrants.values()].map(({ userId }) => [userId, sorted([...graph.grantsOf(userId)])]),
    ),
    apiKeys: sorted([...graph.apiKeys.values()]),
    members: sorted(
      [...graph.memberships.ids('members')].map((id) => {
        const held = [...graph.memberships.assignmentsOf(id)];
        const assignments = held.map(({ roleOrdinal, anchorOrdinal, ...assignment }) => {
          const role = roleIds[roleOrdinal] ?? null;
          return { ...assignment, role, anchor: graph.groups[anchorOrdinal]?.id ?? null };
        });
        return { ...graph.memberships.member(id), assignments: sorted(assignments) };
      }),
    ),
    bindings: sorted([...graph.memberships.ids('bindings')].map((id) => graph.memberships.binding(id))),
  };
}

function placed({ ordinal: _, ...group }: GroupNode) {
  return group;
}

function foundBy(graph: Graph, group: GroupNode) {
  return {
    id: graph.group(group.id)?.id ?? null,
    path: graph.groupAt(group.spaceId, group.path)?.id ?? null,
    usable: graph.isUsable(group),
  };
}

function sorted<T>(items: readonly T[]): readonly T[] {
  const keyed = items.map((item) => [JSON.stringify(item), item] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
}
