import type { RequestFacts } from '../../../contract/handlers.ts';
import type { Principal } from '../../../contract/ports.ts';
import { newAuditIds } from '../../../platform/ids/index.ts';
import { type AuditRow, recordedEvents } from '../../kernel/index.ts';
import { type AuditMode, keepsRow } from './audit-mode.ts';
import type { Decision } from './decide.ts';
import { type Recorded, traceJson } from './trace.ts';

/** A decision that is on record. */
export type RecordedDecision = { readonly decision: Decision; readonly recorded: Recorded };

/** The audit row of a decision, and what names it. Where the mode keeps no row, `auditLogId` is null. */
export function recordOf(
  decision: Decision,
  auditMode: AuditMode,
  request: RequestFacts,
  principal: Principal,
): { readonly recorded: Recorded; readonly row: AuditRow } {
  const ids = newAuditIds(decision.now);
  const kept = keepsRow(auditMode, decision);
  const recorded = { traceId: ids.traceId, auditLogId: kept ? ids.auditLogId : null, request };
  const { question } = decision.facts;
  const row = {
    id: ids.auditLogId,
    spaceId: question.actor.spaceId,
    actorUserId: question.actor.userId,
    actorMemberId: question.actor.memberId,
    actorUserMemberId: question.actor.userMemberId,
    actorApiKeyId: principal.kind === 'api_key' ? principal.apiKeyId : null,
    action: `${question.resourceType}.${question.action}`,
    resourceType: question.resourceType,
    resourceId: question.resourceId,
    decision: decision.denyCode === null ? ('allow' as const) : ('deny' as const),
    denyCode: decision.denyCode,
    trace: kept ? traceJson(decision, recorded) : '{}',
    requestId: request.id,
    ipAddress: request.ip,
    userAgent: request.userAgent,
  };
  return { recorded, row };
}

/** Tells those who count that a decision is on record. */
export function tellRecorded({ decision, recorded }: RecordedDecision): void {
  const { denyCode } = decision;
  recordedEvents.emit('decision', denyCode === null ? 'allow' : 'deny', denyCode);
  if (recorded.auditLogId !== null) recordedEvents.emit('rows', 1);
}
