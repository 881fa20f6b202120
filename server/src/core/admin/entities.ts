import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { instant, metadata, mutableRow } from '../../platform/schema-check/index.ts';

/** A control-plane right of a User, table `admin_grants`. */
export const AdminGrantEntity = defineEntity({
  name: 'AdminGrant',
  tableName: 'admin_grants',
  properties: {
    id: p.text().primary(),
    userId: p.text(),
    memberId: p.text().nullable(),
    spaceId: p.text().nullable(),
    groupId: p.text().nullable(),
    level: p.enum(['instance_super_admin', 'instance_admin', 'space_admin', 'group_admin']),
    permissionKey: p.text(),
    status: p.enum(['active', 'revoked']).default('active'),
    grantedByUserId: p.text().nullable(),
    grantedByMemberId: p.text().nullable(),
    expiresAt: instant().nullable(),
    revokedAt: instant().nullable(),
    revokedReason: p.text().nullable(),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `admin_grants`. */
export type AdminGrant = InferEntity<typeof AdminGrantEntity>;

/** A machine credential, table `api_keys`. The hashes are loaded only where they are asked for. */
export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    keyPrefix: p.text(),
    keyHash: p.text().lazy().hidden(),
    previousKeyHash: p.text().nullable().lazy().hidden(),
    previousKeyExpiresAt: instant().nullable(),
    level: p.enum(['instance', 'space', 'group']),
    spaceId: p.text().nullable(),
    groupId: p.text().nullable(),
    permissionKeys: p.array(),
    status: p.enum(['active', 'disabled', 'revoked']).default('active'),
    expiresAt: instant().nullable(),
    lastUsedAt: instant().nullable(),
    createdByUserId: p.text().nullable(),
    createdByMemberId: p.text().nullable(),
    revokedAt: instant().nullable(),
    revokedByUserId: p.text().nullable(),
    revokedReason: p.text().nullable(),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `api_keys`. */
export type ApiKey = InferEntity<typeof ApiKeyEntity>;
