export { createGuard } from './guard.ts';
export { hasSuperAdmin, isSuperAdmin, keepSuperAdmin } from './super-admins.ts';
