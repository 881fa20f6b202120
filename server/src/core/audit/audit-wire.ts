import type { components } from '../../contract/generated/core/types.ts';

type AuditLog = components['schemas']['AuditLog'];
type AuditLogDetail = components['schemas']['AuditLogDetail'];

/** A row of `audit_logs` as the driver gives it: the contract's fields under the same names, the instant as a Date. */
export type StoredAuditLog = Omit<AuditLog, 'created_at'> & { readonly created_at: Date };

/** The columns that a list shows; a detail shows `trace` too. */
export const auditLogColumns = [
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
  'request_id',
  'ip_address',
  'user_agent',
  'created_at',
] as const satisfies readonly (keyof AuditLog)[];

/** An audit row as the contract's lists show it. */
export function auditLogOnWire(row: StoredAuditLog): AuditLog {
  return { ...row, created_at: row.created_at.toISOString() };
}

/** An audit row with its trace. */
export function auditLogDetailOnWire(
  row: StoredAuditLog & { readonly trace: AuditLogDetail['trace'] },
): AuditLogDetail {
  return { ...row, created_at: row.created_at.toISOString() };
}
