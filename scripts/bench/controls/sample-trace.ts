import { newRecordIds } from './control-answer.ts';
import { controlTrace } from './control-trace.ts';

/** A trace like any other, as text, made once. */
export const sampleTrace = JSON.stringify(
  controlTrace(
    {
      action: 'read',
      resource_type: 'invoice',
      resource_id: 'resource_50000',
      actor: {
        user_id: 'user_5000',
        member_id: 'member_5000',
        user_member_id: 'binding_5000',
        space_id: 'space_1',
      },
    },
    {
      actor: {
        email: 'user_5000@example.com',
        user_status: 'active',
        display_name: 'Member 5000',
        member_status: 'active',
        relation_type: 'self',
        binding_status: 'active',
        is_primary: true,
        space_name: 'Measured',
        space_status: 'active',
      },
      registry: {
        type_id: 'type_invoice',
        type_name: 'invoice',
        type_status: 'active',
        source: 'core',
        action_id: 'action_invoice_read',
        action_name: 'read',
        action_status: 'active',
        risk_level: 'normal',
        audit_default: true,
      },
      target: {
        status: 'active',
        visibility: 'private',
        owner_member_id: 'member_1000',
        group_id: 'group_400',
        group_path: 'unit_1.unit_20.unit_80.unit_200.unit_400',
        group_status: 'active',
      },
      grants: [
        {
          member_role_id: 'member_role_10000',
          role_id: 'role_3',
          role_key: 'role_3',
          permission_id: 'permission_invoice_read_group_tree',
          scope: 'group_tree',
          anchor_id: 'group_80',
          anchor_path: 'unit_1.unit_20.unit_80',
        },
      ],
    },
    { denyCode: null, covered: [true] },
    newRecordIds(),
  ),
);
