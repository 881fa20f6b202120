import type { Database } from '../../platform/database/index.ts';
import type { AuditMode } from '../authorization/index.ts';

/** What the routes of the Data Console need. */
export type DataConsoleServices = {
  readonly database: Database;
  /** Which decisions about rows get an audit row. */
  readonly auditMode: AuditMode;
  /** Whether the operator has switched the Data Console on. */
  readonly dataConsoleEnabled: boolean;
};

/** Resources move no revision: a decision verifies the row itself, so changing rows locks no scope. */
export const NO_SCOPES: readonly string[] = [];
