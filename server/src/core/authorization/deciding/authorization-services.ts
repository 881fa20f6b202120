import type pg from 'pg';
import type { AuditMode } from './audit-mode.ts';
import type { DecisionMemory } from './decision-memory.ts';

/** What deciding needs. */
export type AuthorizationServices = {
  readonly pool: pg.Pool;
  readonly auditMode: AuditMode;
  readonly memory: DecisionMemory;
};
