import { type OfficialManifest, officialFields } from './official-manifest.ts';

/** Reports about content, and what moderators make of them. */
export const moderationManifest: OfficialManifest = {
  ...officialFields,
  id: 'plystra.moderation',
  name: 'Moderation',
  description: 'Reports and their resolution.',
  resources: [
    {
      key: 'report',
      display_name: 'Report',
      actions: [
        { key: 'read', risk_level: 'normal' },
        { key: 'create', risk_level: 'normal' },
        { key: 'resolve', risk_level: 'high' },
        { key: 'dismiss', risk_level: 'high' },
      ],
    },
  ],
  permissions: [
    { resource: 'report', action: 'read', scopes: ['group_tree', 'space'] },
    { resource: 'report', action: 'create', scopes: ['group_tree', 'space'] },
    { resource: 'report', action: 'resolve', scopes: ['group_tree', 'space'] },
    { resource: 'report', action: 'dismiss', scopes: ['group_tree', 'space'] },
  ],
  audit_events: [
    { key: 'report.created', risk_level: 'normal' },
    { key: 'report.resolved', risk_level: 'high' },
    { key: 'report.dismissed', risk_level: 'high' },
  ],
  admin_menu: [
    { label: 'Moderation', path: '/plugins/moderation', required_permission: 'report:read:group_tree' },
  ],
  settings: [
    {
      key: 'auto_hide_threshold',
      type: 'integer',
      scope: 'space',
      description: 'Number of reports after which content is hidden until it is looked at.',
      default: 5,
    },
  ],
};
