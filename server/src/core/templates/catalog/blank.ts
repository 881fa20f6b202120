import { deploymentProfile } from './deployment-profile.ts';
import { commonLimitations, requiredCore, type Template } from './template.ts';

/** Core alone. */
export const blank: Template = {
  id: 'blank',
  name: 'Blank',
  version: '0.0.1',
  description: 'Core alone, as a baseline for production.',
  requires_core: requiredCore,
  required_plugins: [],
  required_capabilities: [],
  spaces: [],
  groups: [],
  roles: [],
  permissions: [],
  limitations: [...commonLimitations, 'It creates nothing: name the Space that it goes into.'],
  deployment_profile: deploymentProfile(),
};
