export { AuditIdSource, type AuditIds, instantOfAuditId, newAuditIds } from './audit-ids.ts';
export { isId, newId, newSessionId } from './id.ts';
