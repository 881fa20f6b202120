import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { instant, instantOfInsert, mutableRow } from '../../platform/schema-check/index.ts';

/** A login of a User, table `sessions`. The hashes and the sealed pair are loaded only where they are asked for. */
export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.text().primary(),
    userId: p.text(),
    activeSpaceId: p.text().nullable(),
    activeMemberId: p.text().nullable(),
    activeUserMemberId: p.text().nullable(),
    accessTokenHash: p.text().lazy().hidden(),
    refreshTokenHash: p.text().lazy().hidden(),
    generation: p.integer().default(1),
    expiresAt: instant(),
    refreshExpiresAt: instant(),
    absoluteExpiresAt: instant(),
    rotatedAt: instant().nullable(),
    sealedPair: p.blob().nullable().lazy().hidden(),
    revokedAt: instant().nullable(),
    revokedReason: p.text().nullable(),
    ip: p.text().nullable(),
    userAgent: p.text().nullable(),
    lastUsedAt: instant().nullable(),
    ...mutableRow(),
  },
});
/** A row of `sessions`. */
export type Session = InferEntity<typeof SessionEntity>;

/** A refresh token that was used, kept until its session ends, table `session_refresh_tokens`. */
export const SessionRefreshTokenEntity = defineEntity({
  name: 'SessionRefreshToken',
  tableName: 'session_refresh_tokens',
  properties: {
    tokenHash: p.text().primary(),
    sessionId: p.text(),
    generation: p.integer(),
    consumedAt: instantOfInsert(),
  },
});
/** A row of `session_refresh_tokens`. */
export type SessionRefreshToken = InferEntity<typeof SessionRefreshTokenEntity>;
