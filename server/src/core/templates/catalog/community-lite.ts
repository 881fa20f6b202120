import { deploymentProfile } from './deployment-profile.ts';
import { commonLimitations, requiredCore, type Template } from './template.ts';

/** A backend for a small community. */
export const communityLite: Template = {
  id: 'community-lite',
  name: 'Community Lite',
  version: '0.0.1',
  description: 'Small community backend with Groups, Roles and Permissions for moderation.',
  requires_core: requiredCore,
  required_plugins: ['plystra.moderation'],
  required_capabilities: [],
  spaces: [{ key: 'community', name: 'Community' }],
  groups: [
    { key: 'general', name: 'General' },
    { key: 'moderation', name: 'Moderation' },
  ],
  roles: [{ key: 'moderator' }, { key: 'member' }],
  permissions: [{ role: 'moderator', resource: 'report', action: 'resolve', scope: 'group_tree' }],
  limitations: [
    ...commonLimitations,
    'Moderators reach what is below the Group that their Role is anchored at: anchor it when assigning.',
  ],
  deployment_profile: deploymentProfile(),
};
