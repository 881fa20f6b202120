import { whyNotCovered } from './coverage.ts';
import { type Grant, listGrants } from './grants.ts';
import { findTarget, type Target } from './places.ts';
import type { AskedActor, Candidate, DenyCode, OracleAnswer, Question } from './question.ts';
import type { World } from './world.ts';

/** Of several grants that do not cover, the answer names the reason of the one that came closest. */
const closestFirst = [
  'SCOPE_OUT_OF_BOUNDS',
  'TARGET_GROUP_MISSING',
  'SCOPE_ANCHOR_MISSING',
  'GLOBAL_SCOPE_DISABLED',
] as const;

/**
 * The answer that the written rules demand, found by straight loops over plain rows and by nothing that the
 * server itself uses. `now` is the instant of the decision, an ISO string in UTC with three decimals.
 */
export function ask(world: World, question: Question, now: string): OracleAnswer {
  const target = findTarget(world, question);
  const isTypeKnown = world.resource_types.some((row) => row.key === question.resource_type);
  const isWeighed = isMemberThere(world, question) && isTypeKnown && target !== null;
  const grants = isWeighed ? listGrants(world, question, now) : [];
  const candidates = isWeighed ? weigh(grants, question.actor, target) : [];
  const denyCode = firstReason(world, question, now, target, grants, candidates);
  return {
    decision: denyCode === null ? 'allow' : 'deny',
    deny_code: denyCode,
    candidates,
    considered: grants.map(({ member_role_id, permission_id, grant_index, left_out }) => {
      return { member_role_id, permission_id, grant_index, left_out };
    }),
  };
}

function firstReason(
  world: World,
  question: Question,
  now: string,
  target: Target | null,
  grants: Grant[],
  candidates: Candidate[],
): DenyCode | null {
  const actorReason =
    question.kind === 'context' ? assertedState(question.actor) : storedState(world, question, now);
  if (actorReason !== null) {
    return actorReason;
  }
  const type = world.resource_types.find((row) => row.key === question.resource_type);
  if (type === undefined) {
    return 'INVALID_RESOURCE_TYPE';
  }
  const action = world.resource_actions.find(
    (row) => row.resource_type_id === type.id && row.key === question.action,
  );
  if (action === undefined) {
    return 'INVALID_RESOURCE_ACTION';
  }
  if (type.status !== 'active' || action.status !== 'active') {
    return 'RESOURCE_TYPE_INACTIVE';
  }
  if (target === null) {
    return 'RESOURCE_NOT_FOUND';
  }
  const spaceId = question.actor.space_id;
  if (target.space_id !== spaceId || (target.group !== null && target.group.space_id !== spaceId)) {
    return 'CROSS_SPACE_VIOLATION';
  }
  // A grant of another Space never covers and never spoils the others; alone it is the reason.
  if (candidates.length === 0 && grants.some((grant) => grant.left_out === 'foreign_space')) {
    return 'CROSS_SPACE_VIOLATION';
  }
  if (target.status !== 'active') {
    return 'RESOURCE_INACTIVE';
  }
  if (candidates.length === 0) {
    return 'NO_MATCHING_PERMISSION';
  }
  if (candidates.some((candidate) => candidate.covered)) {
    return null;
  }
  return closestFirst.find((code) => candidates.some((candidate) => candidate.deny_code === code)) ?? null;
}

function storedState(world: World, question: Question, now: string): DenyCode | null {
  const { actor } = question;
  const user = world.users.find((row) => row.id === actor.user_id && row.deleted_at === null);
  const member = world.members.find((row) => row.id === actor.member_id && row.deleted_at === null);
  const space = world.spaces.find((row) => row.id === actor.space_id && row.deleted_at === null);
  const binding = world.user_members.find(
    (row) =>
      row.id === actor.user_member_id &&
      row.user_id === actor.user_id &&
      row.member_id === actor.member_id &&
      row.space_id === actor.space_id &&
      row.deleted_at === null,
  );
  if (!user || !member || !space || !binding || member.space_id !== space.id) {
    return 'ACTOR_NOT_FOUND';
  }
  if (user.status !== 'active') {
    return 'ACTOR_USER_INACTIVE';
  }
  if (member.status !== 'active') {
    return 'ACTOR_MEMBER_INACTIVE';
  }
  if (space.status !== 'active') {
    return 'SPACE_INACTIVE';
  }
  if (binding.status !== 'active') {
    return 'USER_MEMBER_REVOKED';
  }
  return binding.expires_at !== null && binding.expires_at <= now ? 'USER_MEMBER_EXPIRED' : null;
}

function assertedState(actor: AskedActor): DenyCode | null {
  if ((actor.user_status ?? 'active') !== 'active') {
    return 'ACTOR_USER_INACTIVE';
  }
  if ((actor.member_status ?? 'active') !== 'active') {
    return 'ACTOR_MEMBER_INACTIVE';
  }
  if ((actor.space_status ?? 'active') !== 'active') {
    return 'SPACE_INACTIVE';
  }
  return (actor.binding_status ?? 'active') !== 'active' ? 'USER_MEMBER_REVOKED' : null;
}

/** Grants hang on the Member: without it, in the Space that was named, there is nothing to weigh. */
function isMemberThere(world: World, question: Question): boolean {
  const { member_id, space_id } = question.actor;
  return (
    question.kind === 'context' ||
    world.members.some((row) => row.id === member_id && row.space_id === space_id && row.deleted_at === null)
  );
}

function weigh(grants: Grant[], actor: AskedActor, target: Target): Candidate[] {
  return grants
    .filter((grant) => grant.left_out === null)
    .map((grant) => {
      const reason = whyNotCovered(grant, actor, target);
      return {
        member_role_id: grant.member_role_id,
        role_key: grant.role_key,
        resource: grant.resource,
        action: grant.action,
        scope: grant.scope,
        anchor_path: grant.anchor?.path ?? null,
        covered: reason === null,
        deny_code: reason,
      };
    })
    .sort(inAnswerOrder);
}

/** All of these are ASCII, where comparing UTF-16 units is the C collation. An absent path comes first. */
function inAnswerOrder(left: Candidate, right: Candidate): number {
  const keys = ['role_key', 'resource', 'action', 'scope', 'anchor_path', 'member_role_id'] as const;
  for (const key of keys) {
    const [a, b] = [left[key] ?? '', right[key] ?? ''];
    if (a !== b) {
      return a < b ? -1 : 1;
    }
  }
  return 0;
}
