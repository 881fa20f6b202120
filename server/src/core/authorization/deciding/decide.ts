import { edgesAround } from '../../../platform/clock/index.ts';
import type { DenyCode } from './deny-code.ts';
import type { ActorFacts, Facts, GrantFacts } from './facts.ts';
import { byGrantOrder, type LeftOut, leaveOut } from './grants.ts';
import { checkScope, type ScopeCheck, type ScopeDenyCode } from './scope-check.ts';

/** A grant that counts, with its verdict. */
export type Candidate = { readonly grant: GrantFacts; readonly check: ScopeCheck };

/** A grant that was looked at, and why it does not count (null when it does). */
export type ConsideredGrant = { readonly grant: GrantFacts; readonly leftOut: LeftOut };

/** The answer to a question, with all that is needed to explain it. */
export type Decision = {
  readonly facts: Facts;
  /** The instant it was decided for, in milliseconds since the epoch, by the database's clock. */
  readonly now: number;
  readonly denyCode: DenyCode | null;
  /** Null when there was no actor, type or target to hold grants against. */
  readonly candidates: readonly Candidate[] | null;
  readonly considered: readonly ConsideredGrant[];
  /** Time alone does not change the answer from `validFrom` on and before `validUntil` (milliseconds). */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
};

/** Among candidates that do not cover, the code of the one that came closest is told. */
const closestFirst: readonly ScopeDenyCode[] = [
  'SCOPE_OUT_OF_BOUNDS',
  'TARGET_GROUP_MISSING',
  'SCOPE_ANCHOR_MISSING',
  'GLOBAL_SCOPE_DISABLED',
];

/**
 * Decides a question from its facts at the instant `now` (milliseconds since the epoch). Pure: the same facts and
 * instant give the same decision. It starts as deny and only a candidate that covers the target makes it allow.
 */
export function decide(facts: Facts, now: number): Decision {
  const considered = facts.grants
    .toSorted(byGrantOrder)
    .map((grant): ConsideredGrant => ({ grant, leftOut: leaveOut(grant, facts.question, now) }));
  const candidates = checkCandidates(facts, considered);
  const { validFrom, validUntil } = validity(facts, now);
  return {
    facts,
    now,
    denyCode: denyCode(facts, considered, candidates, now),
    candidates,
    considered,
    validFrom,
    validUntil,
  };
}

/** Candidates get a verdict whatever else is wrong, so that the trace shows them; there is none without a target. */
function checkCandidates(facts: Facts, considered: readonly ConsideredGrant[]): readonly Candidate[] | null {
  const { actor, resourceType, target } = facts;
  if (actor === null || resourceType === null || target === null) return null;
  return considered
    .filter(({ leftOut }) => leftOut === null)
    .map(({ grant }) => ({
      grant,
      check: checkScope(grant.permission.scope, grant.anchor, target, actor.member),
    }));
}

/** The first test that fails tells the code; null is allow. */
function denyCode(
  facts: Facts,
  considered: readonly ConsideredGrant[],
  candidates: readonly Candidate[] | null,
  now: number,
): DenyCode | null {
  const { actor, resourceType, resourceAction, target } = facts;
  if (actor === null) return 'ACTOR_NOT_FOUND';
  const inactive = actorState(actor, now);
  if (inactive !== null) return inactive;
  if (resourceType === null) return 'INVALID_RESOURCE_TYPE';
  if (resourceAction === null) return 'INVALID_RESOURCE_ACTION';
  if (resourceType.status !== 'active' || resourceAction.status !== 'active') return 'RESOURCE_TYPE_INACTIVE';
  if (target === null) return 'RESOURCE_NOT_FOUND';
  if (crossesSpaces(facts, considered)) return 'CROSS_SPACE_VIOLATION';
  if (target.status !== 'active') return 'RESOURCE_INACTIVE';
  if (candidates === null || candidates.length === 0) return 'NO_MATCHING_PERMISSION';
  if (candidates.some(({ check }) => check.covered)) return null;
  const told = new Set(candidates.map(({ check }) => check.denyCode));
  return closestFirst.find((code) => told.has(code)) ?? 'NO_MATCHING_PERMISSION';
}

function actorState(actor: ActorFacts, now: number): DenyCode | null {
  if (actor.user.status !== 'active') return 'ACTOR_USER_INACTIVE';
  if (actor.member.status !== 'active') return 'ACTOR_MEMBER_INACTIVE';
  if (actor.space.status !== 'active') return 'SPACE_INACTIVE';
  if (actor.userMember.status !== 'active') return 'USER_MEMBER_REVOKED';
  const { expiresAt } = actor.userMember;
  return expiresAt !== null && now >= expiresAt ? 'USER_MEMBER_EXPIRED' : null;
}

/** A foreign grant alone never poisons the others; it is a violation when no grant of the actor's Space is left. */
function crossesSpaces(facts: Facts, considered: readonly ConsideredGrant[]): boolean {
  const { target, question } = facts;
  const spaceId = question.actor.spaceId;
  if (target === null) return false;
  if (target.spaceId !== spaceId) return true;
  if (target.group !== null && target.group.spaceId !== spaceId) return true;
  const asked = considered.filter(({ leftOut }) => leftOut !== 'other_permission');
  return asked.length > 0 && asked.every(({ leftOut }) => leftOut === 'foreign_space');
}

/** The nearest instants, before and after `now`, at which a window that the decision has read opens or closes. */
function validity(facts: Facts, now: number): { validFrom: number | null; validUntil: number | null } {
  const edges = [facts.actor?.userMember.expiresAt ?? null];
  for (const { notBefore, expiresAt } of facts.grants) edges.push(notBefore, expiresAt);
  return edgesAround(edges, now);
}
