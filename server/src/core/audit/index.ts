export { auditHandlers } from './audit-handlers.ts';
export { type AuditLogQuery, listAuditLogs } from './audit-store.ts';
export { auditLogOnWire } from './audit-wire.ts';
export { auditCapability } from './capability.ts';
export * as auditEntities from './entities.ts';
export { type AuditEventType, AuditEventTypeEntity } from './entities.ts';
export { MONTHS_AHEAD, type MonthFound, type MonthOutcome, makeMonth } from './make-month.ts';
export { keepMonthsAhead } from './months-ahead.ts';
export {
  type AuditPartition,
  auditPartitions,
  defaultMonths,
  type MonthAhead,
  monthsWithoutPartition,
} from './partitions.ts';
export { type UnprotectedTable, unprotectedAuditTables } from './protection.ts';
