export { type AuditRow, appendAuditRow } from './audit-row.ts';
export { type AuditLogQuery, listAuditLogs } from './audit-store.ts';
export { auditLogOnWire } from './audit-wire.ts';
export { type AuditEventType, AuditEventTypeEntity } from './entities.ts';
export { recordedEvents } from './recorded-events.ts';
