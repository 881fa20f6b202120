import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { instantOfInsert, metadata, mutableRow } from '../../platform/schema-check/index.ts';

/** A decision or a mutation as it was recorded, table `audit_logs`. For reading: the database refuses changes. */
export const AuditLogEntity = defineEntity({
  name: 'AuditLog',
  tableName: 'audit_logs',
  properties: {
    id: p.text().primary(),
    spaceId: p.text().nullable(),
    actorUserId: p.text().nullable(),
    actorMemberId: p.text().nullable(),
    actorUserMemberId: p.text().nullable(),
    actorApiKeyId: p.text().nullable(),
    action: p.text(),
    resourceType: p.text(),
    resourceId: p.text().nullable(),
    decision: p.enum(['allow', 'deny']),
    denyCode: p.text().nullable(),
    trace: p.json<Record<string, unknown>>().columnType('json'),
    requestId: p.text().nullable(),
    ipAddress: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: instantOfInsert().primary(),
  },
});
/** A row of `audit_logs`. */
export type AuditLog = InferEntity<typeof AuditLogEntity>;

/** A kind of event that may be recorded, table `audit_event_types`. */
export const AuditEventTypeEntity = defineEntity({
  name: 'AuditEventType',
  tableName: 'audit_event_types',
  properties: {
    id: p.text().primary(),
    key: p.text(),
    pluginId: p.text().nullable(),
    displayName: p.text(),
    description: p.text().nullable(),
    riskLevel: p.enum(['low', 'normal', 'high', 'critical']).default('normal'),
    defaultAudit: p.boolean().default(true),
    metadata: metadata(),
    ...mutableRow(),
  },
});
/** A row of `audit_event_types`. */
export type AuditEventType = InferEntity<typeof AuditEventTypeEntity>;
