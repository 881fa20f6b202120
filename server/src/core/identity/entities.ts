import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { instant, instantOfInsert, metadata, mutableRow } from '../../platform/schema-check/index.ts';

/** A login identity, table `users`. `passwordHash` is loaded only where it is asked for. */
export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.text().primary(),
    email: p.text(),
    username: p.text().nullable(),
    phone: p.text().nullable(),
    status: p.enum(['active', 'disabled']).default('active'),
    passwordHash: p.text().nullable().lazy().hidden(),
    passwordChangedAt: instant().nullable(),
    lastLoginAt: instant().nullable(),
    emailVerifiedAt: instant().nullable(),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `users`. */
export type User = InferEntity<typeof UserEntity>;

/** An isolation boundary, table `spaces`. */
export const SpaceEntity = defineEntity({
  name: 'Space',
  tableName: 'spaces',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    slug: p.text().nullable(),
    type: p.text().default('custom'),
    status: p.enum(['active', 'disabled']).default('active'),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `spaces`. */
export type Space = InferEntity<typeof SpaceEntity>;

/** A node of a Space's tree, table `groups`. */
export const GroupEntity = defineEntity({
  name: 'Group',
  tableName: 'groups',
  properties: {
    id: p.text().primary(),
    spaceId: p.text(),
    parentGroupId: p.text().nullable(),
    name: p.text(),
    displayName: p.text().nullable(),
    path: p.text(),
    depth: p.integer(),
    sortOrder: p.integer().default(1000),
    status: p.enum(['active', 'disabled']).default('active'),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `groups`. */
export type Group = InferEntity<typeof GroupEntity>;

/** A business identity inside a Space, table `members`. */
export const MemberEntity = defineEntity({
  name: 'Member',
  tableName: 'members',
  properties: {
    id: p.text().primary(),
    spaceId: p.text(),
    displayName: p.text(),
    memberType: p.text().default('human'),
    status: p.enum(['active', 'disabled']).default('active'),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `members`. */
export type Member = InferEntity<typeof MemberEntity>;

/** What lets a User act as a Member, table `user_members`. */
export const UserMemberEntity = defineEntity({
  name: 'UserMember',
  tableName: 'user_members',
  properties: {
    id: p.text().primary(),
    userId: p.text(),
    memberId: p.text(),
    spaceId: p.text(),
    relationType: p.text(),
    status: p.enum(['active', 'revoked']).default('active'),
    isPrimary: p.boolean().default(false),
    expiresAt: instant().nullable(),
    linkedByMemberId: p.text().nullable(),
    linkedAt: instantOfInsert().nullable(),
    revokedAt: instant().nullable(),
    revokedReason: p.text().nullable(),
    metadata: metadata(),
    ...mutableRow(),
    deletedAt: instant().nullable(),
  },
});
/** A row of `user_members`. */
export type UserMember = InferEntity<typeof UserMemberEntity>;
