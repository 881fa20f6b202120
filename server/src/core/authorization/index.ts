export type { AuditMode } from './audit-mode.ts';
export { type Decision, decide } from './decide.ts';
export { type DenyCode, denyCodes, denyReasons } from './deny-code.ts';
export type * from './facts.ts';
