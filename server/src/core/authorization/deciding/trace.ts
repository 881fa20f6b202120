import type { components } from '../../../contract/generated/core/types.ts';
import { isoInstant } from '../../../platform/clock/index.ts';
import { traceVersion } from '../../kernel/index.ts';
import type { Candidate, ConsideredGrant, Decision } from './decide.ts';
import { denyReasons } from './deny-code.ts';
import type { Facts, GroupFacts } from './facts.ts';
import { registryPart } from './registry-trace.ts';
import { open, shown } from './trace-values.ts';

type Wire = components['schemas'];

/** What identifies a decision on record. `auditLogId` is null where no audit row is kept. */
export type Recorded = {
  readonly traceId: string;
  readonly auditLogId: string | null;
  readonly request: { readonly id: string; readonly ip: string | null; readonly userAgent: string | null };
};

/** The answer to `check`; with `explained` candidates and trace are in it. */
export function decisionAnswer(
  decision: Decision,
  recorded: Recorded,
  explained: boolean,
): Wire['AuthzDecision'] {
  const trace = explained ? decisionTrace(decision, recorded) : null;
  return {
    allow: decision.denyCode === null,
    decision: decision.denyCode === null ? 'allow' : 'deny',
    deny_code: decision.denyCode,
    reason: reasonOf(decision),
    trace_id: recorded.traceId,
    audit_log_id: recorded.auditLogId,
    audit: auditPart(decision, recorded),
    matched_candidates: trace?.matched_candidates ?? null,
    trace,
  };
}

/** The whole story of a decision, as it is kept in the audit row. Values whose key names a secret are redacted. */
export function decisionTrace(decision: Decision, recorded: Recorded): Wire['AuthzTrace'] {
  const resource_registry = registryPart(decision.facts).part;
  return { ...untilRegistry(decision, recorded), resource_registry, ...fromRegistryOn(decision, recorded) };
}

/** The same as JSON. What is registered is the same for decision after decision, and not written out each time. */
export function traceJson(decision: Decision, recorded: Recorded): string {
  const before = JSON.stringify(untilRegistry(decision, recorded));
  const after = JSON.stringify(fromRegistryOn(decision, recorded));
  return `${before.slice(0, -1)},"resource_registry":${registryPart(decision.facts).json},${after.slice(1)}`;
}

type AfterRegistry = 'matched_candidates' | 'considered' | 'request' | 'audit';

function untilRegistry(
  decision: Decision,
  recorded: Recorded,
): Omit<Wire['AuthzTrace'], 'resource_registry' | AfterRegistry> {
  const { facts } = decision;
  return {
    trace_version: traceVersion,
    trace_id: recorded.traceId,
    mode: facts.mode,
    decision: decision.denyCode === null ? 'allow' : 'deny',
    deny_code: decision.denyCode,
    reason: reasonOf(decision),
    decided_at: isoInstant(decision.now),
    valid_from: decision.validFrom === null ? null : isoInstant(decision.validFrom),
    valid_until: decision.validUntil === null ? null : isoInstant(decision.validUntil),
    actor: actorPart(facts),
    space: facts.actor === null ? null : { ...facts.actor.space, status: open(facts.actor.space.status) },
    target: targetPart(facts),
  };
}

function fromRegistryOn(decision: Decision, recorded: Recorded): Pick<Wire['AuthzTrace'], AfterRegistry> {
  return {
    matched_candidates: decision.candidates?.map(candidatePart) ?? null,
    considered: decision.considered.map(consideredPart),
    request: {
      request_id: recorded.request.id,
      ip: recorded.request.ip,
      user_agent: recorded.request.userAgent,
    },
    audit: auditPart(decision, recorded),
  };
}

/** The decision in one sentence for people. */
export function reasonOf(decision: Decision): string {
  if (decision.denyCode !== null) return denyReasons[decision.denyCode];
  const covering = decision.candidates?.find(({ check }) => check.covered);
  if (covering === undefined) throw new Error('An allow without a covering candidate cannot be.');
  const { role, memberRoleId } = covering.grant;
  const asserted = memberRoleId === null && role.key === 'inline';
  const who = asserted ? 'A grant of the request' : `The role ${role.key}`;
  return `${who} permits it. ${covering.check.reason}`;
}

function auditPart(decision: Decision, recorded: Recorded): Wire['AuthzAudit'] | null {
  if (recorded.auditLogId === null) return null;
  const { question } = decision.facts;
  return {
    audit_log_id: recorded.auditLogId,
    actor_user_id: question.actor.userId,
    actor_member_id: question.actor.memberId,
    actor_user_member_id: question.actor.userMemberId,
    space_id: question.actor.spaceId,
    action: `${question.resourceType}.${question.action}`,
    resource_type: question.resourceType,
    resource_id: question.resourceId,
    decision: decision.denyCode === null ? 'allow' : 'deny',
    deny_code: decision.denyCode,
    request_id: recorded.request.id,
  };
}

function actorPart(facts: Facts): Wire['AuthzTrace']['actor'] {
  if (facts.actor === null) return null;
  const { user, member, userMember, space } = facts.actor;
  return {
    user: { id: user.id, email: user.email, status: open(user.status) },
    member: {
      id: member.id,
      space_id: member.spaceId,
      display_name: member.displayName,
      status: open(member.status),
    },
    user_member: {
      id: userMember.id,
      user_id: userMember.userId,
      member_id: userMember.memberId,
      space_id: userMember.spaceId,
      relation_type: userMember.relationType,
      status: open(userMember.status),
      is_primary: userMember.isPrimary,
      expires_at: userMember.expiresAt === null ? null : isoInstant(userMember.expiresAt),
    },
    space: { id: space.id, name: space.name, status: open(space.status) },
  };
}

function targetPart(facts: Facts): Wire['AuthzTrace']['target'] {
  const { target } = facts;
  if (target === null) return null;
  return {
    resource: {
      id: target.id,
      external_id: target.externalId,
      type: target.type,
      space_id: target.spaceId,
      group_id: target.group?.id ?? null,
      group_path: target.group?.path ?? null,
      owner_member_id: target.ownerMemberId,
      display_name: target.displayName,
      visibility: target.visibility,
      status: open(target.status),
      metadata: shown(target.metadata),
    },
    group: target.group === null ? null : groupPart(target.group),
  };
}

function groupPart(group: GroupFacts): Wire['TraceGroup'] {
  return { id: group.id, space_id: group.spaceId, path: group.path, status: open(group.status) };
}

function candidatePart({ grant, check }: Candidate): Wire['TraceCandidate'] {
  const { scope } = grant.permission;
  return {
    role: { id: grant.role.id, key: grant.role.key, space_id: grant.role.spaceId },
    permission: {
      id: grant.permission.id,
      resource: grant.permission.resource,
      action: grant.permission.action,
      scope,
    },
    member_role_id: grant.memberRoleId,
    member_role_space_id: grant.spaceId,
    scope_anchor: grant.anchor === null ? null : groupPart(grant.anchor),
    anchor_ignored: grant.anchor !== null && (scope === 'self' || scope === 'space'),
    scope_check: {
      covered: check.covered,
      rule: check.rule,
      reason: check.reason,
      deny_code: check.denyCode,
    },
  };
}

function consideredPart({ grant, leftOut }: ConsideredGrant): Wire['TraceConsidered'] {
  return {
    member_role_id: grant.memberRoleId,
    space_id: grant.spaceId,
    role_id: grant.role.id,
    role_key: grant.role.key,
    permission_id: grant.permission.id,
    resource: grant.permission.resource,
    action: grant.permission.action,
    scope: grant.permission.scope,
    scope_anchor_group_id: grant.anchor?.id ?? null,
    not_before: grant.notBefore === null ? null : isoInstant(grant.notBefore),
    expires_at: grant.expiresAt === null ? null : isoInstant(grant.expiresAt),
    left_out: leftOut,
  };
}
