import { type OfficialManifest, officialFields } from './official-manifest.ts';

const capabilities: OfficialManifest['capabilities'] = [
  {
    id: 'email.transactional',
    version: '0.0.1',
    level: 'standard',
    description: 'Sends transactional mail by the email contract.',
  },
];

/** Mail by SMTP. Its process is the operator's. */
export const emailSmtpManifest: OfficialManifest = {
  ...officialFields,
  id: 'plystra.email_smtp',
  name: 'Email by SMTP',
  description: 'Transactional mail through an SMTP server.',
  resources: [
    {
      key: 'email_delivery',
      display_name: 'Email Delivery',
      actions: [{ key: 'read', risk_level: 'normal' }],
    },
  ],
  permissions: [{ resource: 'email_delivery', action: 'read', scopes: ['space'] }],
  capabilities,
};

/** Mail by Cloudflare. Its Worker is the operator's. */
export const emailCloudflareManifest: OfficialManifest = {
  ...officialFields,
  id: 'plystra.email_cloudflare',
  name: 'Email by Cloudflare',
  description: 'Transactional mail through Cloudflare Email Sending.',
  capabilities,
};
