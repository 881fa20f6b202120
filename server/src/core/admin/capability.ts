import { type Capability, tablesAreThere } from '../kernel/index.ts';

/** The system capability admin.control_plane. */
export const adminCapability: Capability = {
  id: 'admin.control_plane',
  name: 'Admin Control Plane',
  requires: ['identity.business', 'authorization.resource', 'audit.explainable'],
  services: ['admin.service'],
  health: tablesAreThere('admin_grants', 'api_keys'),
};
