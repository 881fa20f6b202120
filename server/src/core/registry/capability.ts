import { type Capability, tablesAreThere } from '../kernel/index.ts';

/** The system capability resource.registry. */
export const registryCapability: Capability = {
  id: 'resource.registry',
  name: 'Resource Registry',
  requires: ['audit.explainable'],
  services: ['resource.registry'],
  health: tablesAreThere('resource_types', 'resource_actions', 'resource_mappings', 'resources'),
};
