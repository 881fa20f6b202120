import { deploymentProfile } from './deployment-profile.ts';
import { commonLimitations, requiredCore, type Template } from './template.ts';

/** A backend for the operations of a company. */
export const internalAdmin: Template = {
  id: 'internal-admin',
  name: 'Internal Admin',
  version: '0.0.1',
  description: 'Internal operations backend with governed API keys and webhooks.',
  requires_core: requiredCore,
  required_plugins: ['plystra.api_keys', 'plystra.webhooks'],
  required_capabilities: [
    {
      id: 'api_key.credential',
      version: '>=0.0.1 <0.1.0',
      min_level: 'standard',
      optional: false,
      reason: 'Backends of the operations team authenticate with API keys.',
    },
  ],
  spaces: [{ key: 'default', name: 'Default Workspace' }],
  groups: [
    { key: 'operations', name: 'Operations' },
    { key: 'finance', name: 'Finance' },
  ],
  roles: [{ key: 'space_owner' }, { key: 'auditor' }, { key: 'operator' }],
  permissions: [
    { role: 'space_owner', resource: 'api_key', action: 'read', scope: 'space' },
    { role: 'space_owner', resource: 'webhook_endpoint', action: 'read', scope: 'space' },
  ],
  limitations: [...commonLimitations, 'Webhooks are metadata: delivering them is a process of its own.'],
  deployment_profile: deploymentProfile(),
};
