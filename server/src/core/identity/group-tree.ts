import type { components } from '../../contract/generated/core/types.ts';
import type { Group } from './entities.ts';

type Node = components['schemas']['GroupTreeNode'];

/**
 * Nests Groups under their parents. They come parents first, and siblings in the order that they are to have.
 */
export function groupTree(groups: readonly Group[]): Node[] {
  const top: Node[] = [];
  const nodes = new Map<string, Node>();
  for (const group of groups) {
    const node = nodeOf(group);
    nodes.set(group.id, node);
    const siblings = group.parentGroupId == null ? top : nodes.get(group.parentGroupId)?.children;
    siblings?.push(node);
  }
  return top;
}

function nodeOf(group: Group): Node {
  return {
    id: group.id,
    space_id: group.spaceId,
    parent_group_id: group.parentGroupId ?? null,
    name: group.name,
    display_name: group.displayName ?? null,
    path: group.path,
    depth: group.depth,
    sort_order: group.sortOrder,
    status: group.status,
    children: [],
  };
}
