import { isoInstant } from '../../platform/clock/index.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { instantOfAuditId } from '../../platform/ids/index.ts';

/** One row of the audit log. Ids are kept as they were asked, whether they exist or not. */
export type AuditRow = {
  readonly id: string;
  /** Null for what belongs to the instance. */
  readonly spaceId: string | null;
  readonly actorUserId: string | null;
  readonly actorMemberId: string | null;
  readonly actorUserMemberId: string | null;
  readonly actorApiKeyId: string | null;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string | null;
  readonly decision: 'allow' | 'deny';
  readonly denyCode: string | null;
  /** As JSON. */
  readonly trace: string;
  readonly requestId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
};

const insert = `
insert into audit_logs (id, space_id, actor_user_id, actor_member_id, actor_user_member_id, actor_api_key_id,
  action, resource_type, resource_id, decision, deny_code, trace, request_id, ip_address, user_agent, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;

/** Appends a row in the transaction of `connection`. Its instant is the one that its id carries. */
export async function appendAuditRow(connection: Queryable, row: AuditRow): Promise<void> {
  await connection.query(insert, [
    row.id,
    row.spaceId,
    row.actorUserId,
    row.actorMemberId,
    row.actorUserMemberId,
    row.actorApiKeyId,
    row.action,
    row.resourceType,
    row.resourceId,
    row.decision,
    row.denyCode,
    row.trace,
    row.requestId,
    row.ipAddress,
    row.userAgent,
    instantOf(row.id),
  ]);
}

/** The instant of a row, in ISO 8601: the one that its id carries, by which its partition is found. */
export function instantOf(id: string): string {
  const instant = instantOfAuditId(id);
  if (instant === null) throw new Error('An audit row needs an audit id.');
  return isoInstant(instant);
}
