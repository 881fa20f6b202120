import type { Capability } from '../kernel/index.ts';

/** The system capability identity.business. */
export const identityCapability: Capability = {
  id: 'identity.business',
  name: 'Business Identity',
  requires: ['audit.explainable'],
  services: ['identity.service'],
  tables: ['users', 'spaces', 'groups', 'members', 'user_members', 'sessions'],
};
