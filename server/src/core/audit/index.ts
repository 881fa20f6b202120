export { type AuditRow, appendAuditRow } from './audit-row.ts';
