import { newAuditIds } from '../../../server/src/platform/ids/index.ts';
import type { SentQuestion } from '../sent-question.ts';
import type { ControlFacts, ControlVerdict } from './control-facts.ts';
import { controlTrace } from './control-trace.ts';

/** The columns that the product writes for a decision, in the order of `auditValues`. */
export const auditColumns = [
  'id',
  'space_id',
  'actor_user_id',
  'actor_member_id',
  'actor_user_member_id',
  'actor_api_key_id',
  'action',
  'resource_type',
  'resource_id',
  'decision',
  'deny_code',
  'trace',
  'request_id',
  'ip_address',
  'user_agent',
  'created_at',
] as const;

/** Inserts one row. */
export const insertAuditRow = `insert into audit_logs (${auditColumns.join(', ')})
values (${auditColumns.map((_, index) => `$${index + 1}`).join(', ')})`;

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

/** The values of a row: the same columns, filled alike, with a trace that tells the same story. */
export function auditValues(
  question: SentQuestion,
  facts: ControlFacts,
  verdict: ControlVerdict,
  ids: RecordIds,
): unknown[] {
  const { actor } = question;
  return [
    ids.auditLogId,
    actor.space_id,
    actor.user_id,
    actor.member_id,
    actor.user_member_id,
    'key_bench',
    `${question.resource_type}.${question.action}`,
    question.resource_type,
    question.resource_id,
    verdict.denyCode === null ? 'allow' : 'deny',
    verdict.denyCode,
    JSON.stringify(controlTrace(question, facts, verdict, ids)),
    ids.requestId,
    '127.0.0.1',
    'plystra-bench',
    ids.at,
  ];
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
