import type pg from 'pg';
import { ApiError } from '../../contract/api-error.ts';
import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, type Refusal } from '../../contract/refusal.ts';
import {
  type Asked,
  type AuditMode,
  type DecidingRequest,
  decideAsked,
  decisionAnswer,
  orAuditUnavailable,
} from '../authorization/index.ts';

/** The decision that let a change pass, with the headers that tell of it. */
export type RowDecision = {
  readonly authorization: components['schemas']['DataRowDecision'];
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Decides about a row, stored or as it would be, and records the decision, by the same code as every other decision.
 *
 * @throws ApiError AUTHORIZATION_DENIED when it is a deny, AUDIT_UNAVAILABLE when it could not be recorded
 */
export async function decideRow(
  pool: pg.Pool,
  auditMode: AuditMode,
  asking: DecidingRequest,
  asked: Asked,
): Promise<RowDecision | Refusal<'VALIDATION_FAILED'>> {
  const result = await decideAsked(pool, auditMode, asking, asked).catch(orAuditUnavailable);
  if (isRefusal(result)) return result;
  const answer = decisionAnswer(result.decision, result.recorded, false);
  const { allow, decision, deny_code, reason, trace_id, audit_log_id } = answer;
  const headers = {
    'X-Plystra-Trace-ID': trace_id,
    ...(audit_log_id === null ? {} : { 'X-Plystra-Audit-Log-ID': audit_log_id }),
  };
  if (!allow) {
    throw new ApiError('AUTHORIZATION_DENIED', { decision: { deny_code, trace_id, audit_log_id }, headers });
  }
  return { authorization: { allow, decision, deny_code, reason, trace_id, audit_log_id }, headers };
}
