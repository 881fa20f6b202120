import type { Fence, FencedEntry } from '../../src/core/kernel/index.ts';
import { newAuditIds } from '../../src/platform/ids/index.ts';

/** An entry whose fence rests on nothing but what is given. */
export function fencedEntry(fence: Partial<Fence> = {}, row: Partial<FencedEntry['row']> = {}): FencedEntry {
  return {
    row: {
      ...{ id: newAuditIds(Date.now()).auditLogId, spaceId: 'space_a', actorUserId: 'user_1' },
      ...{ actorMemberId: null, actorUserMemberId: null, actorApiKeyId: null },
      ...{ action: 'invoice.approve', resourceType: 'invoice', resourceId: 'resource_1' },
      ...{ decision: 'allow' as const, denyCode: null, trace: { told: true }, requestId: null },
      ...{ ipAddress: null, userAgent: null, ...row },
    },
    kept: true,
    fence: {
      ...{ run: null, revisions: new Map<string, number>(), resource: null, user: null, session: null },
      ...{ validFrom: null, validUntil: null, ...fence },
    },
  };
}
