import { type OfficialManifest, officialFields } from './official-manifest.ts';

/** API keys as resources of applications, so that roles say who may make and revoke them. */
export const apiKeysManifest: OfficialManifest = {
  ...officialFields,
  id: 'plystra.api_keys',
  name: 'API Keys',
  description: 'Governance of API keys by roles.',
  resources: [
    {
      key: 'api_key',
      display_name: 'API Key',
      actions: [
        { key: 'read', risk_level: 'normal' },
        { key: 'create', risk_level: 'high' },
        { key: 'revoke', risk_level: 'high' },
      ],
    },
  ],
  permissions: [
    { resource: 'api_key', action: 'read', scopes: ['space'] },
    { resource: 'api_key', action: 'create', scopes: ['space'] },
    { resource: 'api_key', action: 'revoke', scopes: ['space'] },
  ],
  audit_events: [
    { key: 'api_key.created', risk_level: 'high' },
    { key: 'api_key.revoked', risk_level: 'high' },
  ],
  admin_menu: [{ label: 'API Keys', path: '/plugins/api-keys', required_permission: 'api_key:read:space' }],
  settings: [
    {
      key: 'max_key_ttl_days',
      type: 'integer',
      scope: 'space',
      description: 'Days that a key lives at most.',
      default: 90,
    },
  ],
  capabilities: [
    {
      id: 'api_key.credential',
      version: '0.0.1',
      level: 'standard',
      description: 'Credentials of backends: API keys with permissions, expiry and revocation.',
    },
  ],
};
