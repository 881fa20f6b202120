import { adminBootstrapSuperAdmin } from './admin-bootstrap-super-admin.ts';
import { auditPartitionsCommand } from './audit-partitions.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { migratePlan } from './migrate-plan.ts';
import { migrateStatus } from './migrate-status.ts';
import { migrateUpCommand } from './migrate-up.ts';
import { migrateVerify } from './migrate-verify.ts';
import { schemaCheck } from './schema-check.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  migrateStatus,
  migratePlan,
  migrateUpCommand,
  migrateVerify,
  schemaCheck,
  doctor,
  adminBootstrapSuperAdmin,
  auditPartitionsCommand,
];
