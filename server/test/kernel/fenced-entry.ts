import { loadGraph } from '../../src/core/graph/index.ts';
import type { Fence, FencedEntry } from '../../src/core/kernel/index.ts';
import { snapshotOn } from '../../src/platform/database/index.ts';
import { newAuditIds } from '../../src/platform/ids/index.ts';
import type { GraphDatabase } from '../graph/graph-database.ts';

/** Makes an entry whose fence rests on nothing but the run of the server and what is given. */
export type MakeEntry = (fence?: Partial<Fence>, row?: Partial<FencedEntry['row']>) => FencedEntry;

/** A maker of entries for this database. */
export async function entriesFor({ client }: Pick<GraphDatabase, 'client'>): Promise<MakeEntry> {
  const { run } = await snapshotOn(client, loadGraph);
  return (fence = {}, row = {}) => ({
    row: {
      ...{ id: newAuditIds(Date.now()).auditLogId, spaceId: 'space_a', actorUserId: 'user_1' },
      ...{ actorMemberId: null, actorUserMemberId: null, actorApiKeyId: null },
      ...{ action: 'invoice.approve', resourceType: 'invoice', resourceId: 'resource_1' },
      ...{ decision: 'allow' as const, denyCode: null, trace: '{"told":true}', requestId: null },
      ...{ ipAddress: null, userAgent: null, ...row },
    },
    kept: true,
    fence: {
      ...{ run, revisions: new Map<string, number>(), resource: null, user: null, session: null },
      ...{ validFrom: null, validUntil: null, ...fence },
    },
  });
}
