import type { OperationId } from '../../server/src/contract/generated/core/operations.ts';

/** A list whose pages are asked for: by which operation, with which filters. Its rows are found by the same in SQL. */
export type List = {
  readonly operation: OperationId;
  readonly table: string;
  readonly filters: Readonly<Record<string, string>>;
  /** Whether rows with `deleted_at` are left out. */
  readonly soft: boolean;
};

const list = (operation: OperationId, table: string, filters: Readonly<Record<string, string>>[]): List[] =>
  filters.map((one) => ({ operation, table, filters: one, soft: table !== 'audit_logs' }));
const within = (space: string, filters: readonly Readonly<Record<string, string>>[]) =>
  filters.map((one) => ({ space_id: space, ...one }));

const ofResources = [
  {},
  { resource_type: 'kind_3' },
  { status: 'active' },
  { status: 'archived' },
  { external_id: 'external_773' },
  { resource_type: 'kind_3', status: 'archived' },
  { resource_type: 'kind_3', external_id: 'external_773' },
];
const ofOneSpace = (space: number) => [
  { group_id: `group_${space}_3` },
  { owner_member_id: `member_${space}_0000000` },
  { owner_member_id: `member_${space}_0000007` },
  { group_id: `group_${space}_3`, resource_type: 'kind_3' },
  { group_id: `group_${space}_3`, status: 'archived' },
  { owner_member_id: `member_${space}_0000000`, resource_type: 'kind_3' },
  { owner_member_id: `member_${space}_0000000`, status: 'archived' },
];
const ofTheAuditLog = [
  {},
  { actor_user_id: 'user_1_0000007' },
  { actor_member_id: 'member_1_0000007' },
  { actor_user_member_id: 'binding_1_0000007' },
  { actor_api_key_id: 'key_7' },
  { resource_type: 'kind_3' },
  { resource_type: 'member' },
  { resource_type: 'unheard_of' },
  { resource_id: 'resource_773' },
  { resource_type: 'kind_3', resource_id: 'resource_773' },
  { decision: 'allow' },
  { decision: 'deny' },
  { deny_code: 'SCOPE_OUT_OF_BOUNDS' },
  { deny_code: 'ACTOR_NOT_FOUND' },
  { decision: 'deny', resource_type: 'kind_0' },
  { request_id: 'req_773' },
];

/** Every list whose length grows with the data, with each of its filters and what of them is asked for together. */
export const lists: readonly List[] = [
  ...list('listResources', 'resources', [
    ...ofResources,
    ...ofOneSpace(1),
    ...within('space_2', [{}, { status: 'archived' }]),
  ]),
  ...list('listSpaceResources', 'resources', [
    ...within('space_1', [...ofResources, ...ofOneSpace(1)]),
    ...within('space_2', [...ofResources, ...ofOneSpace(2)]),
  ]),
  ...list('listDataRows', 'resources', [
    { resource_type: 'kind_3' },
    { resource_type: 'kind_3', space_id: 'space_1' },
    { resource_type: 'kind_3', space_id: 'space_2' },
  ]),
  ...list('listGroups', 'groups', within('space_1', [{}])),
  ...list('listMembers', 'members', [
    ...within('space_1', [{}, { status: 'active' }, { status: 'disabled' }, { member_type: 'human' }]),
    ...within('space_1', [{ member_type: 'service' }, { member_type: 'unheard_of' }]),
    ...within('space_1', [{ member_type: 'human', status: 'disabled' }]),
    ...within('space_2', [{}, { status: 'disabled' }]),
  ]),
  ...list('listUserMembers', 'user_members', [
    ...within('space_1', [{}, { status: 'active' }, { status: 'revoked' }, { relation_type: 'self' }]),
    ...within('space_1', [{ relation_type: 'delegate' }, { relation_type: 'unheard_of' }]),
    ...within('space_1', [{ user_id: 'user_1_0000007' }, { member_id: 'member_1_0000007' }]),
    ...within('space_2', [{}, { status: 'revoked' }]),
  ]),
  ...list('listMemberRoles', 'member_roles', [
    ...within('space_1', [{}, { status: 'active' }, { status: 'revoked' }]),
    ...within('space_1', [{ role_id: 'role_1_reader' }, { role_id: 'role_1_writer' }]),
    ...within('space_1', [{ member_id: 'member_1_0000007' }]),
    ...within('space_1', [{ role_id: 'role_1_reader', status: 'revoked' }]),
    ...within('space_2', [{}, { status: 'revoked' }]),
  ]),
  ...list('listRoles', 'roles', within('space_1', [{}])),
  ...list('listUsers', 'users', [
    {},
    { email: 'user_1_0000007@example.com' },
    { status: 'active' },
    { status: 'disabled' },
  ]),
  ...list('listAdminGrants', 'admin_grants', [
    ...[{}, { space_id: 'space_1' }, { user_id: 'user_1_0000070' }, { level: 'space_admin' }],
    ...[{ level: 'group_admin' }, { group_id: 'group_1_3' }, { status: 'revoked' }, { space_id: 'space_2' }],
  ]),
  ...list('listAPIKeys', 'api_keys', [
    ...[{}, { space_id: 'space_1' }, { level: 'space' }, { level: 'group' }],
    ...[{ group_id: 'group_1_3' }, { status: 'disabled' }, { space_id: 'space_2' }],
  ]),
  ...list('listAuditLogs', 'audit_logs', [
    ...ofTheAuditLog,
    ...within('space_1', [{}, { decision: 'deny' }]),
  ]),
  ...list('listSpaceAuditLogs', 'audit_logs', [
    ...within('space_1', ofTheAuditLog),
    ...within('space_2', ofTheAuditLog),
  ]),
];
