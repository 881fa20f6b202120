import { type OfficialManifest, officialFields } from './official-manifest.ts';

/** Endpoints that are told about events, and the deliveries to them. */
export const webhooksManifest: OfficialManifest = {
  ...officialFields,
  id: 'plystra.webhooks',
  name: 'Webhooks',
  description: 'Webhook endpoints and their deliveries.',
  resources: [
    {
      key: 'webhook_endpoint',
      display_name: 'Webhook Endpoint',
      actions: [
        { key: 'read', risk_level: 'normal' },
        { key: 'create', risk_level: 'normal' },
        { key: 'update', risk_level: 'normal' },
        { key: 'delete', risk_level: 'high' },
      ],
    },
    {
      key: 'webhook_delivery',
      display_name: 'Webhook Delivery',
      actions: [
        { key: 'read', risk_level: 'normal' },
        { key: 'retry', risk_level: 'high' },
      ],
    },
  ],
  permissions: [
    { resource: 'webhook_endpoint', action: 'read', scopes: ['space'] },
    { resource: 'webhook_endpoint', action: 'create', scopes: ['space'] },
    { resource: 'webhook_endpoint', action: 'update', scopes: ['space'] },
    { resource: 'webhook_endpoint', action: 'delete', scopes: ['space'] },
    { resource: 'webhook_delivery', action: 'read', scopes: ['space'] },
    { resource: 'webhook_delivery', action: 'retry', scopes: ['space'] },
  ],
  audit_events: [
    { key: 'webhook.delivery.created', risk_level: 'normal' },
    { key: 'webhook.delivery.failed', risk_level: 'high' },
  ],
  admin_menu: [
    { label: 'Webhooks', path: '/plugins/webhooks', required_permission: 'webhook_endpoint:read:space' },
  ],
  settings: [
    {
      key: 'delivery_timeout_ms',
      type: 'integer',
      scope: 'space',
      description: 'Milliseconds after which a delivery has failed.',
      default: 5000,
    },
  ],
};
