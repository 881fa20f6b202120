import type { components } from '../../../contract/generated/core/types.ts';
import { isRefusal, type Refusal, refuseInput } from '../../../contract/refusal.ts';
import type { Asked, InlineResource } from './asked.ts';
import type { ActorFacts, Facts, GrantFacts, GroupFacts, TargetFacts } from './facts.ts';
import type { AtInstant, FactsSource, StoredFacts } from './facts-source.ts';
import { type Soon, whenThere } from './soon.ts';

type Wire = components['schemas'];

/** Facts, and the database's clock at which they were read (milliseconds since the epoch). */
export type Gathered = { readonly facts: Facts; readonly now: number };

/**
 * Gathers the facts of a question: from what is stored (managed), from that with a described resource
 * (proposed), or from the request alone (Context Mode). The registry is always Core's.
 */
export function gatherFacts(
  source: FactsSource,
  asked: Asked,
): Soon<Gathered | Refusal<'VALIDATION_FAILED'>> {
  const { mode, question } = asked;
  if (mode === 'managed') {
    return whenThere(source.stored(question, true), (stored) => gathered(asked, stored, stored.target));
  }
  if (mode === 'proposed') return gatherProposed(source, asked);
  return whenThere(source.registry(question), (registry) => {
    const { resource } = asked;
    const actor = assertedActor(asked);
    const grants = asked.grants.map((grant) => assertedGrant(grant, asked));
    const target = describedTarget(question.resourceId, question.resourceType, resource, sentGroup(resource));
    return gathered(asked, { ...registry, actor, grants }, target);
  });
}

async function gatherProposed(
  source: FactsSource,
  asked: Extract<Asked, { mode: 'proposed' }>,
): Promise<Gathered | Refusal<'VALIDATION_FAILED'>> {
  const { question, resource } = asked;
  const stored = await source.stored(question, false);
  const group = await proposedGroup(source, resource);
  if (isRefusal(group)) return group;
  return gathered(
    asked,
    stored,
    describedTarget(question.resourceId, question.resourceType, resource, group),
  );
}

/** The grants of a Member count only for an actor who is that Member. */
function gathered(
  { mode, question }: Asked,
  found: AtInstant<Omit<StoredFacts, 'target'>>,
  target: TargetFacts | null,
): Gathered {
  const { now, actor, resourceType, resourceAction, resourceMapping } = found;
  const grants = actor === null ? [] : found.grants;
  const facts = { mode, question, actor, resourceType, resourceAction, resourceMapping, target, grants };
  return { facts, now };
}

/** A proposal names a stored Group, by id or by path; an unknown one counts as none. */
async function proposedGroup(
  source: FactsSource,
  resource: InlineResource,
): Promise<GroupFacts | null | Refusal<'VALIDATION_FAILED'>> {
  const { group_id: id, group_path: path, space_id: spaceId } = resource;
  if (id === undefined) return path === undefined ? null : source.groupAt(spaceId, path);
  const group = await source.group(id);
  // A Group of another Space has no path to disagree with: its own is not to be told.
  if (group?.spaceId === spaceId && path !== undefined && group.path !== path) {
    return refuseInput('/resource/group_path', 'equal', 'The Group of group_id has another path.');
  }
  return group;
}

function describedTarget(
  id: string,
  type: string,
  resource: InlineResource,
  group: GroupFacts | null,
): TargetFacts {
  return {
    id,
    externalId: resource.external_id ?? null,
    type,
    spaceId: resource.space_id,
    ownerMemberId: resource.owner_member_id ?? null,
    displayName: resource.display_name ?? null,
    visibility: resource.visibility ?? null,
    status: resource.status ?? 'active',
    metadata: resource.metadata ?? {},
    group,
  };
}

function sentGroup(resource: InlineResource): GroupFacts | null {
  return assertedGroup(resource.space_id, resource.group_id, resource.group_path);
}

/** A Group in Context Mode is what was sent about it, and active. */
function assertedGroup(spaceId: string, id?: string, path?: string): GroupFacts | null {
  if (id === undefined && path === undefined) return null;
  return { id: id ?? null, spaceId, path: path ?? null, status: 'active', usable: true };
}

function assertedActor({ question, actor }: Extract<Asked, { mode: 'context' }>): ActorFacts {
  const { userId, memberId, userMemberId, spaceId } = question.actor;
  return {
    user: { id: userId, email: actor.user_email ?? null, status: actor.user_status ?? 'active' },
    member: {
      id: memberId,
      spaceId,
      displayName: actor.member_display_name ?? memberId,
      status: actor.member_status ?? 'active',
    },
    userMember: {
      id: userMemberId,
      userId,
      memberId,
      spaceId,
      relationType: actor.relation_type ?? 'external',
      status: actor.binding_status ?? 'active',
      isPrimary: true,
      expiresAt: null,
    },
    space: { id: spaceId, name: actor.space_name ?? spaceId, status: actor.space_status ?? 'active' },
  };
}

function assertedGrant(grant: Wire['AuthzGrant'], { question }: Asked): GrantFacts {
  const spaceId = grant.space_id ?? question.actor.spaceId;
  return {
    memberRoleId: null,
    spaceId,
    status: 'active',
    notBefore: null,
    expiresAt: null,
    role: { id: grant.role_id ?? null, key: grant.role_key ?? 'inline', spaceId, status: 'active' },
    permission: {
      id: grant.permission_id ?? null,
      resource: grant.resource ?? question.resourceType,
      action: grant.action ?? question.action,
      scope: grant.scope,
      status: 'active',
    },
    anchor: assertedGroup(spaceId, grant.scope_anchor_group_id, grant.scope_anchor_group_path),
  };
}
