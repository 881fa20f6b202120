import { forgetEnded } from '../auth/index.ts';
import { type Capability, tablesAreThere } from '../kernel/index.ts';

/** The system capability identity.business. */
export const identityCapability: Capability = {
  id: 'identity.business',
  name: 'Business Identity',
  requires: ['audit.explainable'],
  services: ['identity.service'],
  health: tablesAreThere('users', 'spaces', 'groups', 'members', 'user_members', 'sessions'),
  housekeeping: ({ pool }) => forgetEnded(pool),
};
