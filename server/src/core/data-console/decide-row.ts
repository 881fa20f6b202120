import type pg from 'pg';
import { ApiError } from '../../contract/api-error.ts';
import type { components } from '../../contract/generated/core/types.ts';
import type { RequestFacts } from '../../contract/handlers.ts';
import type { Access, Principal } from '../../contract/ports.ts';
import { isRefusal, type Refusal } from '../../contract/refusal.ts';
import { type Queryable, snapshotTransaction } from '../../platform/database/index.ts';
import { newAuditIds } from '../../platform/ids/index.ts';
import { appendAuditRow } from '../audit/index.ts';
import type { Asked } from '../authorization/asked.ts';
import { keepsRow } from '../authorization/audit-mode.ts';
import { gatherFacts } from '../authorization/gather-facts.ts';
import { type AuditMode, type Decision, decide } from '../authorization/index.ts';
import { decisionAnswer, decisionTrace, type Recorded } from '../authorization/trace.ts';

/** The decision that let a change pass, with the headers that tell of it. */
export type RowDecision = {
  readonly authorization: components['schemas']['DataRowDecision'];
  readonly headers: Readonly<Record<string, string>>;
};

/** The request that a decision is made for. */
export type DecidingRequest = { readonly access: Access; readonly request: RequestFacts };

/**
 * Decides about a row, stored or as it would be, and records the decision: the facts and the engine are those of every
 * other decision. The caller's right is proven again in the same transaction.
 *
 * @throws ApiError AUTHORIZATION_DENIED when it is a deny, AUDIT_UNAVAILABLE when it could not be recorded
 */
export async function decideRow(
  pool: pg.Pool,
  auditMode: AuditMode,
  asking: DecidingRequest,
  asked: Asked,
): Promise<RowDecision | Refusal<'VALIDATION_FAILED'>> {
  const result = await snapshotTransaction(
    pool,
    async (connection) => {
      const { principal } = await asking.access.again(connection);
      const gathered = await gatherFacts(connection, asked);
      if (isRefusal(gathered)) return gathered;
      const decision = decide(gathered.facts, gathered.now);
      return { decision, recorded: await record(connection, auditMode, decision, asking, principal) };
    },
    (outcome) => !isRefusal(outcome),
  );
  return isRefusal(result) ? result : answer(result.decision, result.recorded);
}

function answer(decision: Decision, recorded: Recorded): RowDecision {
  const { allow, deny_code, reason, trace_id, audit_log_id, ...rest } = decisionAnswer(
    decision,
    recorded,
    false,
  );
  const headers = {
    'X-Plystra-Trace-ID': trace_id,
    ...(audit_log_id === null ? {} : { 'X-Plystra-Audit-Log-ID': audit_log_id }),
  };
  if (!allow) {
    throw new ApiError('AUTHORIZATION_DENIED', { decision: { deny_code, trace_id, audit_log_id }, headers });
  }
  return {
    authorization: { allow, decision: rest.decision, deny_code, reason, trace_id, audit_log_id },
    headers,
  };
}

async function record(
  connection: Queryable,
  auditMode: AuditMode,
  decision: Decision,
  { request }: DecidingRequest,
  principal: Principal,
): Promise<Recorded> {
  const ids = newAuditIds(decision.now);
  const kept = keepsRow(auditMode, decision);
  const recorded = { traceId: ids.traceId, auditLogId: kept ? ids.auditLogId : null, request };
  if (!kept) return recorded;
  const { question } = decision.facts;
  try {
    await appendAuditRow(connection, {
      id: ids.auditLogId,
      spaceId: question.actor.spaceId,
      actorUserId: question.actor.userId,
      actorMemberId: question.actor.memberId,
      actorUserMemberId: question.actor.userMemberId,
      actorApiKeyId: principal.kind === 'api_key' ? principal.apiKeyId : null,
      action: `${question.resourceType}.${question.action}`,
      resourceType: question.resourceType,
      resourceId: question.resourceId,
      decision: decision.denyCode === null ? 'allow' : 'deny',
      denyCode: decision.denyCode,
      trace: decisionTrace(decision, recorded),
      requestId: request.id,
      ipAddress: request.ip,
      userAgent: request.userAgent,
    });
  } catch (cause) {
    throw new ApiError('AUDIT_UNAVAILABLE', {
      retryAfter: 1,
      details: { retry_after_seconds: 1 },
      cause,
    });
  }
  return recorded;
}
