import type { CoreHandlers } from '../../contract/core.ts';
import type { Database } from '../../platform/database/index.ts';
import { auditLogOnWire, listAuditLogs } from '../audit/index.ts';
import { countAll } from './console-counts.ts';

const RECENT_ROWS = 10;

/** The instance at a glance. */
export function consoleHandlers(database: Database): CoreHandlers<'getConsoleOverview'> {
  return {
    async getConsoleOverview({ access }) {
      const counts = await countAll(database.pool);
      const { rows } = await listAuditLogs(database.pool, {
        filters: {},
        from: undefined,
        to: undefined,
        reaches: access.reaches,
        page: { limit: RECENT_ROWS, after: null },
      });
      return { status: 200, data: { counts, recent_audit_logs: rows.map(auditLogOnWire) } };
    },
  };
}
