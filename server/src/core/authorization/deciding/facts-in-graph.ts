import type { SeenUser } from '../../../contract/ports.ts';
import {
  type AssignmentNode,
  type Graph,
  type GraphReads,
  type GroupNode,
  INSTANCE,
  type PermissionNode,
  type RowCache,
  type SeenResource,
  type StoredRows,
} from '../../graph/index.ts';
import type { Seen } from '../../kernel/index.ts';
import type { ActorFacts, ActorIds, GrantFacts, GroupFacts, Question, TargetFacts } from './facts.ts';
import type { FactsSource } from './facts-source.ts';
import { whenThere } from './soon.ts';

/** Memory does not know for certain; the database has to be asked. */
export class NotInGraph extends Error {
  override readonly name = 'NotInGraph';
}

/** The rows beside the graph that a question rests on, as they were read. */
export type SeenRows = { resource: Seen<SeenResource> | null; user: Seen<SeenUser> | null };

/**
 * The facts as the graph in memory has them, at the instant `now` (milliseconds since the epoch, by the database's
 * clock). What they come from is noted: the scopes in `reads`, the rows beside the graph in `seen`; a row that is there
 * already is not read again.
 */
export function graphFacts(reads: GraphReads, rows: StoredRows, seen: SeenRows, now: number): FactsSource {
  const registryOf = ({ resourceType, action }: Question) =>
    reads.in(INSTANCE).registry.find(resourceType, action);
  return {
    stored(question, resourceToo) {
      const { actor, resourceId } = question;
      const user = seen.user ?? seenIn(rows.users, actor.userId);
      const resource = seen.resource ?? (resourceToo ? seenIn(rows.resources, resourceId) : null);
      // Mostly both are kept, and there is nothing to wait for.
      const waits = user instanceof Promise || resource instanceof Promise;
      return whenThere(waits ? Promise.all([user, resource]) : ([user, resource] as const), (both) => {
        seen.user = both[0];
        seen.resource = both[1];
        const { resourceType, resourceAction, resourceMapping } = registryOf(question);
        return {
          now,
          resourceType,
          resourceAction,
          resourceMapping,
          actor: actorFacts(reads, actor, seen.user.row),
          target: targetFacts(reads, question, seen.resource?.row ?? null),
          grants: grantFacts(reads, question),
        };
      });
    },
    registry: (question) => ({ now, ...registryOf(question) }),
    group(id) {
      // Which scope an unknown Group would be in is not known either, so there is nothing that could be verified.
      const group = reads.in(INSTANCE).group(id);
      if (group === null) throw new NotInGraph(`The graph has no Group ${id}.`);
      return groupFacts(reads.in(group.spaceId), group);
    },
    groupAt(spaceId, path) {
      const graph = reads.in(spaceId);
      return groupFacts(graph, graph.groupAt(spaceId, path));
    },
    isUsableBinding: (actor) => isUsable(reads, actor, now),
  };
}

function seenIn<Row>(cache: RowCache<Row>, id: string): Seen<Row> | Promise<Seen<Row>> {
  const row = cache.get(id);
  return row instanceof Promise ? row.then((read) => ({ id, row: read })) : { id, row };
}

function groupFacts(graph: Graph, group: GroupNode | null): GroupFacts | null {
  if (group === null) return null;
  const { id, spaceId, path, status } = group;
  return { id, spaceId, path, status, usable: graph.isUsable(group) };
}

/** The binding with its Member and its Space, if it ties the four ids together. */
function chainOf(reads: GraphReads, ids: ActorIds) {
  const graph = reads.in(ids.spaceId);
  const binding = graph.memberships.binding(ids.userMemberId);
  const tied =
    binding?.userId === ids.userId && binding.memberId === ids.memberId && binding.spaceId === ids.spaceId;
  if (!tied) return null;
  const member = graph.memberships.member(ids.memberId);
  const space = graph.spaces.get(ids.spaceId);
  return member === null || space === undefined || space.deleted ? null : { binding, member, space };
}

function actorFacts(reads: GraphReads, ids: ActorIds, user: SeenUser | null): ActorFacts | null {
  const chain = chainOf(reads, ids);
  if (chain === null || user === null) return null;
  const { id, name, status } = chain.space;
  return {
    user: { id: user.id, email: null, status: user.status },
    member: chain.member,
    userMember: chain.binding,
    space: { id, name, status },
  };
}

function isUsable(reads: GraphReads, ids: ActorIds, now: number): boolean {
  const chain = chainOf(reads, ids);
  if (chain === null) return false;
  const { binding, member, space } = chain;
  const current = binding.expiresAt === null || now < binding.expiresAt;
  return binding.status === 'active' && current && member.status === 'active' && space.status === 'active';
}

function targetFacts(
  reads: GraphReads,
  { resourceType }: Question,
  resource: SeenResource | null,
): TargetFacts | null {
  if (resource?.type !== resourceType) return null;
  const { id, externalId, type, spaceId, ownerMemberId, displayName, visibility, status, metadata } =
    resource;
  const graph = reads.in(spaceId);
  const group = resource.groupId === null ? null : groupFacts(graph, graph.group(resource.groupId));
  const names = { id, externalId, type, spaceId, ownerMemberId, displayName };
  return { ...names, visibility, status, metadata, group };
}

function grantFacts(reads: GraphReads, question: Question): GrantFacts[] {
  const grants: GrantFacts[] = [];
  const { memberId, spaceId } = question.actor;
  const graph = reads.in(spaceId);
  if (graph.memberships.member(memberId)?.spaceId !== spaceId) return grants;
  const permissions = reads.in(INSTANCE).permissionsFor(question.resourceType, question.action);
  if (permissions.length === 0) return grants;
  for (const assignment of graph.memberships.assignmentsOf(memberId)) {
    const role = graph.roleOf(assignment);
    if (role.deleted) continue;
    for (const permission of permissions) {
      if (role.permissions.has(permission.id)) grants.push(grantOf(graph, assignment, permission));
    }
  }
  return grants;
}

function grantOf(graph: Graph, assignment: AssignmentNode, permission: PermissionNode): GrantFacts {
  const { id, key, spaceId, status } = graph.roleOf(assignment);
  return {
    memberRoleId: assignment.id,
    spaceId,
    status: assignment.status,
    notBefore: assignment.notBefore,
    expiresAt: assignment.expiresAt,
    role: { id, key, spaceId, status },
    permission,
    anchor: groupFacts(graph, graph.anchorOf(assignment)),
  };
}
