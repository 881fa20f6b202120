import { type OfficialManifest, officialFields } from './official-manifest.ts';

/** Registration, codes and links by mail. Its process is the operator's. */
export const authCompleteManifest: OfficialManifest = {
  ...officialFields,
  id: 'plystra.auth_complete',
  name: 'Complete Auth',
  description: 'Public registration, email verification codes and magic links.',
  resources: [
    {
      key: 'auth_challenge',
      display_name: 'Auth Challenge',
      actions: [
        { key: 'read', risk_level: 'normal' },
        { key: 'create', risk_level: 'high' },
      ],
    },
  ],
  permissions: [
    { resource: 'auth_challenge', action: 'read', scopes: ['space'] },
    { resource: 'auth_challenge', action: 'create', scopes: ['space'] },
  ],
  requires_capabilities: [
    { id: 'email.transactional', version: '>=0.0.1 <0.1.0', min_level: 'standard', optional: false },
  ],
};
