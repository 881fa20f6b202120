import { newAuditIds } from '../../../server/src/platform/ids/index.ts';
import type { SentQuestion } from '../sent-question.ts';

/** What names one recorded decision. */
export type RecordIds = {
  readonly auditLogId: string;
  readonly traceId: string;
  readonly requestId: string;
  readonly at: Date;
};

/** Names for a decision that is made now. */
export function newRecordIds(): RecordIds {
  const at = new Date();
  const { auditLogId, traceId } = newAuditIds(at.getTime());
  return { auditLogId, traceId, requestId: `req_${auditLogId.slice(6)}`, at };
}

/** The answer: the same members as the product's. */
export function controlAnswer(question: SentQuestion, denyCode: string | null, ids: RecordIds): string {
  return JSON.stringify({ data: answerData(question, denyCode, ids), request_id: ids.requestId });
}

/** What the envelope of the answer holds. */
export function answerData(question: SentQuestion, denyCode: string | null, ids: RecordIds) {
  return {
    allow: denyCode === null,
    decision: denyCode === null ? 'allow' : 'deny',
    deny_code: denyCode,
    reason: reasonOf(denyCode),
    trace_id: ids.traceId,
    audit_log_id: ids.auditLogId,
    audit: auditPart(question, denyCode, ids),
    matched_candidates: null,
    trace: null,
  };
}

/** What answer and trace say about the row. */
export function auditPart(question: SentQuestion, denyCode: string | null, ids: RecordIds) {
  const { actor } = question;
  return {
    audit_log_id: ids.auditLogId,
    actor_user_id: actor.user_id,
    actor_member_id: actor.member_id,
    actor_user_member_id: actor.user_member_id,
    space_id: actor.space_id,
    action: `${question.resource_type}.${question.action}`,
    resource_type: question.resource_type,
    resource_id: question.resource_id,
    decision: denyCode === null ? 'allow' : 'deny',
    deny_code: denyCode,
    request_id: ids.requestId,
  };
}

/** The decision in a sentence. */
export function reasonOf(denyCode: string | null): string {
  return denyCode === null
    ? 'A role of the Member permits it. The resource is in the Group of the role or below it.'
    : `Nothing that the Member holds permits it (${denyCode}).`;
}
