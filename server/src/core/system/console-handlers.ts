import type { CoreHandlers } from '../../contract/core.ts';
import type { Principal } from '../../contract/ports.ts';
import { reachesOf } from '../../contract/rights.ts';
import type { Database } from '../../platform/database/index.ts';
import { auditLogOnWire, listAuditLogs } from '../audit/index.ts';
import { countAll } from './console-counts.ts';

const RECENT_ROWS = 10;

/** The instance at a glance. */
export function consoleHandlers(database: Database): CoreHandlers<'getConsoleOverview'> {
  return {
    async getConsoleOverview({ access }) {
      const counts = await countAll(database.pool);
      const rows = await recentRows(database, access.principal);
      return { status: 200, data: { counts, recent_audit_logs: rows.map(auditLogOnWire) } };
    },
  };
}

/** To read the instance is not to read its audit log: the rows that the caller may read, none without that right. */
async function recentRows(database: Database, principal: Principal) {
  const reaches = reachesOf(principal, 'audit:read');
  if (reaches.length === 0) return [];
  const page = { limit: RECENT_ROWS, after: null };
  const query = { filters: {}, from: undefined, to: undefined, reaches, page };
  return (await listAuditLogs(database.pool, query)).rows;
}
