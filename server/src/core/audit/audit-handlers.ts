import type { CoreHandlers, CoreInput } from '../../contract/core.ts';
import { isRefusal, type Refusal, refuse, refuseInput } from '../../contract/refusal.ts';
import type { Database } from '../../platform/database/index.ts';
import { sentInstant } from '../kernel/index.ts';
import { type AuditLogQuery, findAuditLog, listAuditLogs, spaceExists } from './audit-store.ts';
import { auditLogDetailOnWire, auditLogOnWire } from './audit-wire.ts';

type AuditOperations = 'listAuditLogs' | 'getAuditLog' | 'listSpaceAuditLogs' | 'getSpaceAuditLog';
type ListInput = CoreInput<'listAuditLogs'> | CoreInput<'listSpaceAuditLogs'>;

/** The audit log: wire to store and back. It is read only; rows come from decisions and mutations. */
export function auditHandlers(database: Database): CoreHandlers<AuditOperations> {
  return {
    listAuditLogs: (input) => listed(database, input, input.params.space_id),
    async listSpaceAuditLogs(input) {
      const { space_id: spaceId } = input.params;
      if (!(await spaceExists(database.pool, spaceId))) return refuse('SPACE_NOT_FOUND');
      return listed(database, input, spaceId);
    },
    getAuditLog: ({ params }) => one(database, params.audit_log_id, null),
    getSpaceAuditLog: ({ params }) => one(database, params.audit_log_id, params.space_id),
  };
}

async function listed(database: Database, input: ListInput, spaceId: string | undefined) {
  const query = queryOf(input, spaceId);
  if (isRefusal(query)) return query;
  const { rows, next } = await listAuditLogs(database.pool, query);
  return { status: 200 as const, data: rows.map(auditLogOnWire), next };
}

async function one(database: Database, id: string, spaceId: string | null) {
  const row = await findAuditLog(database.pool, id, spaceId);
  if (row === null) return refuse('AUDIT_LOG_NOT_FOUND');
  return { status: 200 as const, data: auditLogDetailOnWire(row) };
}

function queryOf(
  { params, access, page }: ListInput,
  spaceId: string | undefined,
): AuditLogQuery | Refusal<'VALIDATION_FAILED'> {
  const from = sentInstant(params.created_at_from, '/created_at_from', 'query');
  if (isRefusal(from)) return from;
  const to = sentInstant(params.created_at_to, '/created_at_to', 'query');
  if (isRefusal(to)) return to;
  if (from !== undefined && to !== undefined && to < from) {
    return refuseInput('/created_at_to', 'range', 'created_at_to is before created_at_from.', 'query');
  }
  return { filters: { ...params, space_id: spaceId }, from, to, reaches: access.reaches, page };
}
