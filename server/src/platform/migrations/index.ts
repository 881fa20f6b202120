export { type AppliedMigration, readAppliedMigrations } from './applied-migrations.ts';
export { CHECKSUMS_FILE, checksumOf, formatChecksums } from './checksums.ts';
export { type MigrationRun, migrateUp } from './migrate-up.ts';
export { MigrationError, type MigrationErrorCode } from './migration-error.ts';
export {
  loadMigrations,
  type MigrationChain,
  type MigrationFile,
  readMigrationFiles,
} from './migration-files.ts';
export {
  compareMigrations,
  type MigrationProblem,
  type MigrationState,
  migrationPlan,
  migrationStatus,
  verifyMigrations,
} from './migration-status.ts';
export { checkServerVersion } from './server-version.ts';
