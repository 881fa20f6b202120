import type { Wire } from './api-client.ts';

/** One thing of the scenario. `kept` is where it can be read again; null for what may be sent again as it is. */
export type Step = {
  /** What it is, for the person at the terminal. */
  readonly what: string;
  readonly path: string;
  readonly body: object;
  readonly kept: string | null;
};

const SPACE = 'space_acme';
const inSpace = `/spaces/${SPACE}`;

/** The Users of the scenario. */
export const scenarioEmails = { alice: 'alice@example.com', bob: 'bob@example.com' } as const;

/**
 * The finance department of Acme, in the order in which it has to be made. Invoices of the whole finance tree are
 * approved by one Member, the finance reviewer, through whom several people act: Bob by his login, Alice as a
 * delegate. Two further bindings of Alice's are over: one was revoked (see `revocation`), one has expired.
 */
export function scenario(passwords: Readonly<Record<string, string>> | null): readonly Step[] {
  return [
    {
      what: 'Space Acme',
      path: '/spaces',
      body: { id: SPACE, name: 'Acme', slug: 'acme', type: 'customer' } satisfies Wire['SpaceCreate'],
      kept: inSpace,
    },
    group('group_finance', 'finance', 'Finance'),
    group('group_finance_apac', 'finance.apac', 'Finance APAC'),
    group('group_finance_emea', 'finance.emea', 'Finance EMEA'),
    group('group_legal', 'legal', 'Legal'),
    group('group_legal_emea', 'legal.emea', 'Legal EMEA'),
    user('user_alice', scenarioEmails.alice, passwords),
    user('user_bob', scenarioEmails.bob, passwords),
    member('member_finance_reviewer', 'Finance Reviewer'),
    member('member_invoice_creator', 'Invoice Creator'),
    binding('um_alice_finance_reviewer', 'user_alice', 'delegate', { is_primary: true }),
    binding('um_bob_finance_reviewer', 'user_bob', 'login'),
    binding('um_alice_finance_reviewer_revoked', 'user_alice', 'delegate'),
    binding('um_alice_finance_reviewer_expired', 'user_alice', 'temporary', {
      expires_at: '2020-01-01T00:00:00.000Z',
    }),
    {
      what: 'resource type invoice',
      path: '/resource-types',
      body: { key: 'invoice', display_name: 'Invoice' } satisfies Wire['ResourceTypeUpsert'],
      kept: null,
    },
    action('read', 'low'),
    action('create', 'normal'),
    action('update', 'normal'),
    action('approve', 'high'),
    action('reject', 'high'),
    action('delete', 'critical'),
    {
      what: 'mapping of invoice',
      path: '/resource-types/invoice/mapping',
      body: {
        storage_kind: 'internal_table',
        table_name: 'resources',
      } satisfies Wire['ResourceMappingUpsert'],
      kept: null,
    },
    {
      what: 'Permission to approve invoices',
      path: '/permissions',
      body: {
        id: 'perm_invoice_approve_group_tree',
        resource: 'invoice',
        action: 'approve',
        scope: 'group_tree',
      } satisfies Wire['PermissionCreate'],
      kept: '/permissions/perm_invoice_approve_group_tree',
    },
    {
      what: 'Role finance_approver',
      path: `${inSpace}/roles`,
      body: {
        id: 'role_finance_approver',
        key: 'finance_approver',
        name: 'Finance Approver',
      } satisfies Wire['RoleCreate'],
      kept: `${inSpace}/roles/role_finance_approver`,
    },
    {
      what: 'that Permission in that Role',
      path: `${inSpace}/role-permissions`,
      body: {
        id: 'rp_finance_approver_invoice_approve',
        role_id: 'role_finance_approver',
        permission_id: 'perm_invoice_approve_group_tree',
      } satisfies Wire['RolePermissionCreate'],
      kept: `${inSpace}/role-permissions/rp_finance_approver_invoice_approve`,
    },
    {
      what: 'that Role for the finance reviewer, from finance down',
      path: `${inSpace}/member-roles`,
      body: {
        id: 'mr_finance_reviewer_approver_finance',
        member_id: 'member_finance_reviewer',
        role_id: 'role_finance_approver',
        scope_anchor_group_id: 'group_finance',
      } satisfies Wire['MemberRoleCreate'],
      kept: `${inSpace}/member-roles/mr_finance_reviewer_approver_finance`,
    },
    invoice('invoice_001', 'Invoice 001', 'group_finance_apac'),
    invoice('invoice_002', 'Invoice 002', 'group_legal_emea'),
  ];
}

/** Ends the binding that case 4 is about. May be repeated. */
export const revocation = {
  path: `${inSpace}/user-members/um_alice_finance_reviewer_revoked/revoke`,
  body: { revoked_reason: 'The delegation is over.' } satisfies Wire['UserMemberRevoke'],
} as const;

function group(id: string, path: string, name: string): Step {
  const body: Wire['GroupCreate'] = { id, path, display_name: name };
  return { what: `Group ${path}`, path: `${inSpace}/groups`, body, kept: `${inSpace}/groups/${id}` };
}

function user(id: string, email: string, passwords: Readonly<Record<string, string>> | null): Step {
  const password = passwords?.[email];
  const body: Wire['UserCreate'] = { id, email, ...(password === undefined ? {} : { password }) };
  return { what: `User ${email}`, path: '/users', body, kept: `/users/${id}` };
}

function member(id: string, name: string): Step {
  const body: Wire['MemberCreate'] = { id, display_name: name };
  return { what: `Member ${name}`, path: `${inSpace}/members`, body, kept: `${inSpace}/members/${id}` };
}

function binding(
  id: string,
  userId: string,
  relation: string,
  more: { readonly is_primary?: boolean; readonly expires_at?: string } = {},
): Step {
  const body: Wire['UserMemberCreate'] = {
    id,
    user_id: userId,
    member_id: 'member_finance_reviewer',
    relation_type: relation,
    is_primary: false,
    ...more,
  };
  return {
    what: `binding ${id}`,
    path: `${inSpace}/user-members`,
    body,
    kept: `${inSpace}/user-members/${id}`,
  };
}

function action(key: string, risk: Wire['ResourceActionUpsert']['risk_level'] & string): Step {
  const body: Wire['ResourceActionUpsert'] = { key, risk_level: risk };
  return { what: `action invoice.${key}`, path: '/resource-types/invoice/actions', body, kept: null };
}

function invoice(id: string, name: string, groupId: string): Step {
  const body: Wire['SpaceResourceCreate'] = {
    id,
    resource_type: 'invoice',
    display_name: name,
    group_id: groupId,
    owner_member_id: 'member_invoice_creator',
  };
  return { what: name, path: `${inSpace}/resources`, body, kept: `${inSpace}/resources/${id}` };
}
