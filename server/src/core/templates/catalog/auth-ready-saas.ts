import { deploymentProfile } from './deployment-profile.ts';
import { commonLimitations, requiredCore, type Template } from './template.ts';

/** A backend for a small SaaS whose users sign up by themselves. */
export const authReadySaas: Template = {
  id: 'auth-ready-saas',
  name: 'Auth Ready SaaS',
  version: '0.0.1',
  description: 'Small SaaS backend with Complete Auth and transactional email.',
  requires_core: requiredCore,
  required_plugins: ['plystra.auth_complete'],
  required_capabilities: [
    {
      id: 'email.transactional',
      version: '>=0.0.1 <0.1.0',
      min_level: 'standard',
      optional: false,
      reason: 'Complete Auth sends codes and links.',
    },
  ],
  spaces: [{ key: 'default', name: 'Default SaaS Workspace' }],
  groups: [
    { key: 'admins', name: 'Admins' },
    { key: 'members', name: 'Members' },
  ],
  roles: [{ key: 'owner' }, { key: 'support' }, { key: 'member' }],
  permissions: [
    { role: 'owner', resource: 'auth_challenge', action: 'read', scope: 'space' },
    { role: 'support', resource: 'auth_challenge', action: 'read', scope: 'space' },
  ],
  limitations: [
    ...commonLimitations,
    'Mail is sent by a provider of email.transactional, which the operator runs.',
    'Public registration stays off until the operator turns it on.',
  ],
  deployment_profile: deploymentProfile({
    configuration: ['AUTH_PLUGIN_LISTEN_ADDR', 'PLYSTRA_EMAIL_CAPABILITY_TOKEN'],
    healthChecks: ['/health'],
  }),
};
