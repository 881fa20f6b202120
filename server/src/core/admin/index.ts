export { adminHandlers } from './admin-handlers.ts';
export { refuseUnlessAboveUser } from './administered-user.ts';
export { apiKeyHandlers } from './api-key-handlers.ts';
export { adminCapability } from './capability.ts';
export * as adminEntities from './entities.ts';
export { createGuard } from './guard.ts';
export type { AdminServices } from './services.ts';
export { hasLastingSuperAdmin, hasSuperAdmin, keepSuperAdmin, keepsASuperAdmin } from './super-admins.ts';
export { usableScopeOf } from './usable-scope.ts';
