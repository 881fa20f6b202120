import type { SentQuestion } from '../sent-question.ts';
import type { RecordIds } from './control-answer.ts';
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

/** The values of a row: the same columns, filled alike, with a trace that tells the same story. */
export function auditValues(
  question: SentQuestion,
  facts: ControlFacts,
  verdict: ControlVerdict,
  ids: RecordIds,
): unknown[] {
  const trace = JSON.stringify(controlTrace(question, facts, verdict, ids));
  return rowValues(question, verdict.denyCode, trace, ids);
}

/** The values of a row with whatever trace; an instant in ISO 8601. */
export function rowValues(
  { actor, resource_type, resource_id, action }: SentQuestion,
  denyCode: string | null,
  trace: string,
  ids: RecordIds,
): (string | null)[] {
  return [
    ids.auditLogId,
    actor.space_id,
    actor.user_id,
    actor.member_id,
    actor.user_member_id,
    'key_bench',
    `${resource_type}.${action}`,
    resource_type,
    resource_id,
    denyCode === null ? 'allow' : 'deny',
    denyCode,
    trace,
    ids.requestId,
    '127.0.0.1',
    'plystra-bench',
    ids.at.toISOString(),
  ];
}
