export { AuditIdSource, type AuditIds, instantOfAuditId, newAuditIds } from './audit-ids.ts';
export { isId, newId, newRequestId, newSessionId } from './id.ts';
