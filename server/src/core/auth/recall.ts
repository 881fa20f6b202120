import type { Memory, Principal, Recall } from '../../contract/ports.ts';
import type { Reach } from '../../contract/reach.ts';
import type { HeldRight } from '../../contract/rights.ts';
import { type DatabaseClock, edgesAround } from '../../platform/clock/index.ts';
import { isToken, parseApiKey } from '../../platform/crypto/index.ts';
import type { Queryable } from '../../platform/database/index.ts';
import {
  type AdminGrantNode,
  type ApiKeyNode,
  type BindingNode,
  type Graph,
  type GraphFollower,
  GraphReads,
  INSTANCE,
  type StoredRows,
} from '../graph/index.ts';
import { accessTokenPrefix, type CredentialHashers, credentialIn, proofOf, provenBy } from './credentials.ts';
import type { Touches } from './touches.ts';

/** What knowing callers from memory needs. */
export type RecallServices = {
  readonly follower: Pick<GraphFollower, 'graph'>;
  readonly rows: Pick<StoredRows, 'sessions' | 'users'>;
  readonly clock: Pick<DatabaseClock, 'now'>;
  readonly hashers: CredentialHashers;
  readonly touches: Touches;
};

/** Whom memory takes for the holder of a credential, and what that rests on. */
type Known = { readonly principal: Principal; readonly memory: Memory };

/** Grants of a User in more Spaces than these are left to the database. */
const mostGrants = 50;

/**
 * Knows callers from the graph, and sessions and Users from their caches. By the same rules as the statements of
 * `credential-store.ts`; what is not good by them is left to those, and so is a secret that wants a new hash.
 */
export function createRecall(services: RecallServices): Recall {
  return async (headers) => {
    const { graph } = services.follower;
    const sent = credentialIn(headers);
    if (graph === null || sent === null) return null;
    const key = parseApiKey(sent);
    const asKey = headers['x-plystra-api-key'] !== undefined || key !== null;
    if (key === null && (asKey || !isToken(sent, accessTokenPrefix))) return null;
    const known =
      key === null ? await sessionOf(services, graph, sent) : apiKeyOf(services, graph, key.id, sent);
    // The hashes for the database are made only if it is asked.
    const proof = {
      again: (connection: Queryable) => proofOf(sent, headers, services.hashers).again(connection),
    };
    return known && { ...provenBy(proof, known.principal), memory: known.memory };
  };
}

function apiKeyOf(
  { clock, hashers, touches }: RecallServices,
  graph: Graph,
  id: string,
  sent: string,
): Known | null {
  const key = graph.apiKeys.get(id);
  if (key === undefined || key.deleted || key.status !== 'active') return null;
  const now = clock.now();
  const hash = hashers.apiKey.hash(sent);
  const rotated = key.keyHash !== hash;
  if (rotated && key.previousKeyHash !== hash) return null;
  const ends = [key.expiresAt, rotated ? key.previousExpiresAt : null];
  if (ends.some((end) => end !== null && now >= end)) return null;
  const reads = new GraphReads(graph);
  const reach = reachOf(reads, key);
  if (reach === null) return null;
  touches.apiKey(id);
  const expiresAt = key.expiresAt === null ? null : new Date(key.expiresAt);
  const rights = key.permissionKeys.map((permissionKey): HeldRight => {
    return { permissionKey, superAdmin: false, reach, expiresAt, memberId: null };
  });
  return {
    principal: { kind: 'api_key', apiKeyId: id, createdByUserId: key.createdByUserId, rights },
    memory: {
      run: graph.run,
      revisions: reads.revisions,
      session: null,
      user: null,
      ...edgesAround(ends, now),
    },
  };
}

async function sessionOf(services: RecallServices, graph: Graph, sent: string): Promise<Known | null> {
  const { rows, hashers, touches } = services;
  const hash = hashers.accessToken.hash(sent);
  const session = await rows.sessions.get(hash);
  const user = session && (await rows.users.get(session.userId));
  const now = services.clock.now();
  if (!session || user?.status !== 'active' || now >= session.expiresAt) {
    // The database is asked now; what is kept may be older than what it says.
    rows.sessions.drop(hash);
    if (session) rows.users.drop(session.userId);
    return null;
  }
  const { bindingId } = session;
  const binding = bindingId === null ? null : graph.memberships.binding(bindingId);
  // The scope of a binding that memory does not know is not known either.
  if (bindingId !== null && binding === null) return null;
  const reads = new GraphReads(graph);
  const actor = binding?.userId === user.id ? actorOf(reads, binding, now) : null;
  const grants = graph.grantsOf(user.id).filter(isActive);
  reads.in(INSTANCE);
  if (grants.length > mostGrants) return null;
  const rights = grants.flatMap((grant) => {
    const ended = grant.expiresAt !== null && now >= grant.expiresAt;
    const othersMember = grant.memberId !== null && grant.memberId !== actor?.member_id;
    const reach = reachOf(reads, grant);
    return ended || othersMember || reach === null ? [] : [rightOf(grant, reach)];
  });
  touches.session(session.id);
  const edges = [session.expiresAt, binding?.expiresAt ?? null, ...grants.map(({ expiresAt }) => expiresAt)];
  return {
    principal: { kind: 'session', sessionId: session.id, userId: user.id, actor, rights },
    memory: { run: graph.run, revisions: reads.revisions, session, user, ...edgesAround(edges, now) },
  };
}

/** The Member that a binding leads to, if it can be acted through. */
function actorOf(reads: GraphReads, binding: BindingNode, now: number) {
  const { userId, memberId, spaceId, id, expiresAt } = binding;
  const graph = reads.in(spaceId);
  const space = graph.spaces.get(spaceId);
  const member = graph.memberships.member(memberId);
  const active = [binding, member, space].every((node) => node?.status === 'active');
  if (!active || space?.deleted !== false || (expiresAt !== null && now >= expiresAt)) return null;
  return { user_id: userId, member_id: memberId, user_member_id: id, space_id: spaceId };
}

/** How far a grant or a key reaches; null while its Space, or its Group with all above it, is not active. */
function reachOf(reads: GraphReads, holder: Pick<ApiKeyNode, 'spaceId' | 'groupId'>): Reach | null {
  const { spaceId, groupId } = holder;
  const graph = reads.in(spaceId ?? INSTANCE);
  if (spaceId === null) return { level: 'instance' };
  const space = graph.spaces.get(spaceId);
  if (space?.status !== 'active' || space.deleted) return null;
  if (groupId === null) return { level: 'space', spaceId };
  const group = graph.group(groupId);
  if (group === null || !graph.isUsable(group)) return null;
  return { level: 'group', spaceId, groupId, groupPath: group.path };
}

function isActive({ status, deleted }: AdminGrantNode): boolean {
  return status === 'active' && !deleted;
}

function rightOf({ permissionKey, level, expiresAt, memberId }: AdminGrantNode, reach: Reach): HeldRight {
  return {
    permissionKey,
    superAdmin: level === 'instance_super_admin',
    reach,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    memberId,
  };
}
