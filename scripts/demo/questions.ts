import type { Wire } from './api-client.ts';

/** A question with the answer that it must have. */
export type Question = {
  readonly asked: string;
  readonly body: Wire['AuthzRequest'];
  /** Null: allow. */
  readonly denyCode: Wire['DenyCode'] | null;
};

const alice = { user_id: 'user_alice', member_id: 'member_finance_reviewer', space_id: 'space_acme' };
const bob = { ...alice, user_id: 'user_bob', user_member_id: 'um_bob_finance_reviewer' };

/** Five questions about what Core keeps, and one about facts that the caller keeps itself. */
export const questions: readonly Question[] = [
  {
    asked: 'Alice stands in for the finance reviewer. May she approve invoice 001 of Finance APAC?',
    body: managed({ ...alice, user_member_id: 'um_alice_finance_reviewer' }, 'invoice_001'),
    denyCode: null,
  },
  {
    asked: 'And invoice 002, which belongs to Legal EMEA?',
    body: managed({ ...alice, user_member_id: 'um_alice_finance_reviewer' }, 'invoice_002'),
    denyCode: 'SCOPE_OUT_OF_BOUNDS',
  },
  {
    asked: 'Bob is the finance reviewer by his own login. May he approve invoice 001?',
    body: managed(bob, 'invoice_001'),
    denyCode: null,
  },
  {
    asked: 'Alice uses a delegation that was taken back. May she approve invoice 001?',
    body: managed({ ...alice, user_member_id: 'um_alice_finance_reviewer_revoked' }, 'invoice_001'),
    denyCode: 'USER_MEMBER_REVOKED',
  },
  {
    asked: 'Alice uses a temporary delegation whose time is over. May she approve invoice 001?',
    body: managed({ ...alice, user_member_id: 'um_alice_finance_reviewer_expired' }, 'invoice_001'),
    denyCode: 'USER_MEMBER_EXPIRED',
  },
  {
    asked:
      'Context Mode: an application with people, roles and invoices of its own. May its treasurer Dana approve one?',
    body: {
      actor: {
        user_id: 'erp_user_dana',
        member_id: 'erp_member_treasurer',
        user_member_id: 'erp_binding_17',
        space_id: 'space_acme',
        user_email: 'dana@example.com',
        member_display_name: 'Treasurer',
      },
      action: 'approve',
      resource: {
        type: 'invoice',
        external_id: 'ERP/2026/0042',
        space_id: 'space_acme',
        group_path: 'finance.emea',
        display_name: 'Invoice 2026/0042',
      },
      grants: [{ role_key: 'treasurer', scope: 'group_tree', scope_anchor_group_path: 'finance' }],
    },
    denyCode: null,
  },
];

function managed(actor: Wire['AuthzActor'], invoice: string): Wire['AuthzRequest'] {
  return { actor, action: 'approve', resource_type: 'invoice', resource_id: invoice };
}
