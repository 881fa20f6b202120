import { type Capability, tablesAreThere } from '../kernel/index.ts';
import { keepMonthsAhead } from './months-ahead.ts';

/** The system capability audit.explainable. */
export const auditCapability: Capability = {
  id: 'audit.explainable',
  name: 'Explainable Audit',
  requires: [],
  services: ['audit.service'],
  health: tablesAreThere('audit_logs', 'audit_event_types'),
  housekeeping: keepMonthsAhead,
};
