import type { Capability } from '../kernel/index.ts';

/** The system capability audit.explainable. */
export const auditCapability: Capability = {
  id: 'audit.explainable',
  name: 'Explainable Audit',
  requires: [],
  services: ['audit.service'],
  tables: ['audit_logs', 'audit_event_types'],
};
