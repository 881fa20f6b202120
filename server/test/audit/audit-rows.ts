import { type AuditRow, appendAuditRow } from '../../src/core/kernel/index.ts';
import type { Queryable } from '../../src/platform/database/index.ts';
import { newAuditIds } from '../../src/platform/ids/index.ts';

const row: Omit<AuditRow, 'id'> = {
  spaceId: 'acme',
  actorUserId: null,
  actorMemberId: null,
  actorUserMemberId: null,
  actorApiKeyId: null,
  action: 'invoice.approve',
  resourceType: 'invoice',
  resourceId: 'invoice_1',
  decision: 'allow',
  denyCode: null,
  trace: JSON.stringify({ trace_version: '1.0', note: 'kept' }),
  requestId: 'req_0',
  ipAddress: '192.0.2.1',
  userAgent: 'test',
};

/** Appends an audit row of the instant (milliseconds since 1970), and gives its id. */
export async function appendRow(
  connection: Queryable,
  instant: number,
  given: Partial<AuditRow>,
): Promise<string> {
  const id = newAuditIds(instant).auditLogId;
  await appendAuditRow(connection, { ...row, ...given, id });
  return id;
}

/** The first millisecond of a month, so many ahead of this one; months are UTC. */
export function firstOfMonth(ahead: number): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead);
}
