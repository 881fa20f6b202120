import type { SentQuestion } from '../sent-question.ts';
import { auditPart, type RecordIds, reasonOf } from './control-answer.ts';
import type { ControlFacts, ControlVerdict } from './control-facts.ts';

const rule = 'target_group.path = scope_anchor.path or begins with scope_anchor.path + "."';

/** The story of a decision as the product tells it, so that the rows of a control are as large as the product's. */
export function controlTrace(
  question: SentQuestion,
  facts: ControlFacts,
  { denyCode, covered }: ControlVerdict,
  ids: RecordIds,
) {
  const { actor, registry, target, grants } = facts;
  const { user_id, member_id, user_member_id, space_id } = question.actor;
  const space = { id: space_id, name: actor.space_name, status: actor.space_status };
  return {
    trace_version: '1.0',
    trace_id: ids.traceId,
    mode: 'managed',
    decision: denyCode === null ? 'allow' : 'deny',
    deny_code: denyCode,
    reason: reasonOf(denyCode),
    decided_at: ids.at.toISOString(),
    valid_from: null,
    valid_until: null,
    actor: {
      user: { id: user_id, email: actor.email, status: actor.user_status },
      member: { id: member_id, space_id, display_name: actor.display_name, status: actor.member_status },
      user_member: {
        id: user_member_id,
        user_id,
        member_id,
        space_id,
        relation_type: actor.relation_type,
        status: actor.binding_status,
        is_primary: actor.is_primary,
        expires_at: null,
      },
      space,
    },
    space,
    target: {
      resource: {
        id: question.resource_id,
        external_id: null,
        type: question.resource_type,
        space_id,
        group_id: target.group_id,
        group_path: target.group_path,
        owner_member_id: target.owner_member_id,
        display_name: null,
        visibility: target.visibility,
        status: target.status,
        metadata: {},
      },
      group: { id: target.group_id, space_id, path: target.group_path, status: target.group_status },
    },
    resource_registry: {
      type: {
        id: registry.type_id,
        key: question.resource_type,
        display_name: registry.type_name,
        description: null,
        status: registry.type_status,
        source: registry.source,
        metadata: {},
      },
      action: {
        id: registry.action_id,
        resource_type_id: registry.type_id,
        key: question.action,
        display_name: registry.action_name,
        description: null,
        status: registry.action_status,
        risk_level: registry.risk_level,
        audit_default: registry.audit_default,
        metadata: {},
      },
      mapping: null,
    },
    matched_candidates: grants.map((grant, index) => ({
      role: { id: grant.role_id, key: grant.role_key, space_id },
      permission: {
        id: grant.permission_id,
        resource: question.resource_type,
        action: question.action,
        scope: grant.scope,
      },
      member_role_id: grant.member_role_id,
      member_role_space_id: space_id,
      scope_anchor: { id: grant.anchor_id, space_id, path: grant.anchor_path, status: 'active' },
      anchor_ignored: false,
      scope_check: {
        covered: covered[index] === true,
        rule,
        reason: covered[index] === true ? 'The role reaches the resource.' : 'The role does not reach it.',
        deny_code: covered[index] === true ? null : 'SCOPE_OUT_OF_BOUNDS',
      },
    })),
    considered: grants.map((grant) => ({
      member_role_id: grant.member_role_id,
      space_id,
      role_id: grant.role_id,
      role_key: grant.role_key,
      permission_id: grant.permission_id,
      resource: question.resource_type,
      action: question.action,
      scope: grant.scope,
      scope_anchor_group_id: grant.anchor_id,
      not_before: null,
      expires_at: null,
      left_out: null,
    })),
    request: { request_id: ids.requestId, ip: '127.0.0.1', user_agent: 'plystra-bench' },
    audit: auditPart(question, denyCode, ids),
  };
}
