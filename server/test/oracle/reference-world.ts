import type { Candidate, ManagedQuestion } from './question.ts';
import { emptyWorld, type GroupRow, type MemberRow, type ResourceRow, type World } from './world.ts';

/** The instant at which the reference scenarios are asked. */
export const referenceNow = '2026-05-06T00:00:00.000Z';

const there = { status: 'active', deleted_at: null } as const;
const space = { space_id: 'space_acme' } as const;

/** An active Group of `space_acme`; its id is `group_` and the path with `_` for the dots. */
export function groupRow(path: string, overrides: Partial<GroupRow> = {}): GroupRow {
  const segments = path.split('.');
  const parent = segments.slice(0, -1).join('_');
  return {
    id: `group_${segments.join('_')}`,
    ...space,
    parent_group_id: parent === '' ? null : `group_${parent}`,
    name: segments.at(-1) ?? path,
    path,
    ...there,
    ...overrides,
  };
}

/** An active invoice of `space_acme` without owner. */
export function invoiceRow(
  id: string,
  groupId: string | null,
  overrides: Partial<ResourceRow> = {},
): ResourceRow {
  return {
    id,
    resource_type: 'invoice',
    ...space,
    group_id: groupId,
    owner_member_id: null,
    ...there,
    ...overrides,
  };
}

function memberRow(id: string): MemberRow {
  return { id, ...space, display_name: id, ...there };
}

/**
 * Finance reviewers of a company: Alice may act as the reviewer (as delegate, and formerly by a binding since
 * revoked and one since expired), Bob too; the reviewer approves invoices of finance and everything below it.
 */
export function referenceWorld(): World {
  const binding = {
    member_id: 'member_finance_reviewer',
    ...space,
    is_primary: false,
    expires_at: null,
    ...there,
  };
  const alice = {
    ...binding,
    id: 'um_alice_finance_reviewer',
    user_id: 'user_alice',
    relation_type: 'delegate',
  };
  return {
    ...emptyWorld(),
    users: [
      { id: 'user_alice', email: 'alice@example.com', ...there },
      { id: 'user_bob', email: 'bob@example.com', ...there },
    ],
    spaces: [{ id: 'space_acme', name: 'Acme', ...there }],
    groups: ['finance', 'finance.apac', 'finance.emea', 'legal', 'legal.emea'].map((path) => groupRow(path)),
    members: [memberRow('member_finance_reviewer'), memberRow('member_invoice_creator')],
    user_members: [
      { ...alice, is_primary: true },
      { ...binding, id: 'um_bob_finance_reviewer', user_id: 'user_bob', relation_type: 'login' },
      { ...alice, id: 'um_alice_finance_reviewer_revoked', status: 'revoked' },
      {
        ...alice,
        id: 'um_alice_finance_reviewer_expired',
        relation_type: 'temporary',
        expires_at: '2020-01-01T00:00:00.000Z',
      },
    ],
    roles: [
      { id: 'role_finance_approver', ...space, key: 'finance_approver', name: 'Finance approver', ...there },
    ],
    permissions: [
      { id: 'perm_approve', resource: 'invoice', action: 'approve', scope: 'group_tree', ...there },
    ],
    role_permissions: [
      {
        id: 'rp_approve',
        ...space,
        role_id: 'role_finance_approver',
        permission_id: 'perm_approve',
        deleted_at: null,
      },
    ],
    member_roles: [
      {
        id: 'mr_finance_reviewer_approver_finance',
        ...space,
        member_id: 'member_finance_reviewer',
        role_id: 'role_finance_approver',
        scope_anchor_group_id: 'group_finance',
        not_before: null,
        expires_at: null,
        ...there,
      },
    ],
    resource_types: [{ id: 'rt_invoice', key: 'invoice', display_name: 'Invoice', status: 'active' }],
    resource_actions: ['read', 'create', 'update', 'approve', 'reject', 'delete'].map((key) => {
      return { id: `ra_${key}`, resource_type_id: 'rt_invoice', key, display_name: key, status: 'active' };
    }),
    resource_mappings: [
      { id: 'rm_invoice', resource_type_id: 'rt_invoice', storage_kind: 'internal_table', status: 'active' },
    ],
    resources: [
      invoiceRow('invoice_001', 'group_finance_apac'),
      invoiceRow('invoice_002', 'group_legal_emea'),
    ],
  };
}

/** Alice, as the reviewer, about approving `invoice_001`. */
export function referenceQuestion(overrides: Partial<ManagedQuestion> = {}): ManagedQuestion {
  return {
    kind: 'managed',
    actor: {
      user_id: 'user_alice',
      member_id: 'member_finance_reviewer',
      user_member_id: 'um_alice_finance_reviewer',
      ...space,
    },
    resource_type: 'invoice',
    resource_id: 'invoice_001',
    action: 'approve',
    reach: { level: 'instance' },
    ...overrides,
  };
}

/** The one grant of the reference world, as an answer lists it. */
export const referenceCandidate: Candidate = {
  member_role_id: 'mr_finance_reviewer_approver_finance',
  role_key: 'finance_approver',
  resource: 'invoice',
  action: 'approve',
  scope: 'group_tree',
  anchor_path: 'finance',
  covered: true,
  deny_code: null,
};

/** A copy of the world in which one row of the table is changed: the one of that id, else the first. */
export function patched<Table extends keyof World>(
  world: World,
  table: Table,
  patch: Partial<World[Table][number]>,
  id: string | undefined = world[table][0]?.id,
): World {
  const rows: { id: string }[] = world[table];
  return { ...world, [table]: rows.map((row) => (row.id === id ? { ...row, ...patch } : row)) };
}
