import { trimGraphLog } from '../graph/index.ts';
import { type Capability, tablesAreThere } from '../kernel/index.ts';

/** The system capability authorization.resource. */
export const authorizationCapability: Capability = {
  id: 'authorization.resource',
  name: 'Resource Authorization',
  requires: ['identity.business', 'resource.registry', 'audit.explainable'],
  services: ['authorization.service'],
  health: tablesAreThere('roles', 'permissions', 'role_permissions', 'member_roles'),
  housekeeping: (database) => trimGraphLog(database),
};
