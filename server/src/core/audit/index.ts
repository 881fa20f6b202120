export { auditHandlers } from './audit-handlers.ts';
export { type AuditRow, appendAuditRow } from './audit-row.ts';
export { type AuditLogQuery, listAuditLogs } from './audit-store.ts';
export { auditLogOnWire } from './audit-wire.ts';
export { auditCapability } from './capability.ts';
export * as auditEntities from './entities.ts';
export { type AuditEventType, AuditEventTypeEntity } from './entities.ts';
export { recordedEvents } from './recorded-events.ts';
