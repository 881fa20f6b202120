import { type OfficialManifest, officialFields } from './official-manifest.ts';

/** Channels on which applications notify people, and the deliveries on them. */
export const notificationsManifest: OfficialManifest = {
  ...officialFields,
  id: 'plystra.notifications',
  name: 'Notifications',
  description: 'Notification channels and their deliveries.',
  resources: [
    {
      key: 'notification_channel',
      display_name: 'Notification Channel',
      actions: [
        { key: 'read', risk_level: 'normal' },
        { key: 'create', risk_level: 'normal' },
        { key: 'update', risk_level: 'normal' },
        { key: 'delete', risk_level: 'high' },
      ],
    },
    {
      key: 'notification_delivery',
      display_name: 'Notification Delivery',
      actions: [{ key: 'read', risk_level: 'normal' }],
    },
  ],
  permissions: [
    { resource: 'notification_channel', action: 'read', scopes: ['space'] },
    { resource: 'notification_channel', action: 'create', scopes: ['space'] },
    { resource: 'notification_channel', action: 'update', scopes: ['space'] },
    { resource: 'notification_channel', action: 'delete', scopes: ['space'] },
    { resource: 'notification_delivery', action: 'read', scopes: ['space'] },
  ],
  audit_events: [
    { key: 'notification.sent', risk_level: 'normal' },
    { key: 'notification.failed', risk_level: 'high' },
  ],
  settings: [
    {
      key: 'default_channel',
      type: 'string',
      scope: 'space',
      description: 'Channel of notifications that name none.',
      default: null,
    },
  ],
};
