import type pg from 'pg';
import type { AuditMode } from './audit-mode.ts';
import type { MemoryServices } from './memory-path.ts';

/** What deciding needs. */
export type AuthorizationServices = {
  readonly pool: pg.Pool;
  readonly auditMode: AuditMode;
  readonly memory: MemoryServices;
};
