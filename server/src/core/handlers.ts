import type { CoreHandlers, CoreOperationId } from '../contract/core.ts';
import { adminHandlers, apiKeyHandlers, keepsASuperAdmin, refuseUnlessAboveUser } from './admin/index.ts';
import { auditHandlers } from './audit/index.ts';
import { actorHandlers, authHandlers } from './auth/index.ts';
import {
  authorizationHandlers,
  memberRoleHandlers,
  permissionHandlers,
  roleHandlers,
  rolePermissionHandlers,
  spaceRolePermissionHandlers,
} from './authorization/index.ts';
import { dataConsoleHandlers } from './data-console/index.ts';
import {
  groupHandlers,
  memberHandlers,
  spaceHandlers,
  userHandlers,
  userMemberHandlers,
} from './identity/index.ts';
import { pluginHandlers } from './plugins/index.ts';
import { resourceHandlers, resourceTypeHandlers } from './registry/index.ts';
import type { CoreServices } from './services.ts';
import { consoleHandlers, metricsHandlers, systemHandlers } from './system/index.ts';
import { templateHandlers } from './templates/index.ts';

/** The handlers of Core by operation id. One that is missing, one too many or one misspelt does not compile. */
export function coreHandlers(services: CoreServices): CoreHandlers<CoreOperationId> {
  const { database, passwords, settings } = services;
  const coreVersion = services.versions.core;
  return {
    ...systemHandlers(services),
    ...authHandlers(services),
    ...actorHandlers(services),
    ...authorizationHandlers({ ...services, pool: database.pool }),
    ...auditHandlers(database),
    ...adminHandlers(services),
    ...apiKeyHandlers(services),
    ...userHandlers({
      database,
      passwords,
      passwordMinLength: settings.password.minLength,
      keepsASuperAdmin,
      refuseUnlessAboveUser,
    }),
    ...spaceHandlers(database),
    ...groupHandlers(database),
    ...memberHandlers(database),
    ...userMemberHandlers(database),
    ...roleHandlers(database),
    ...memberRoleHandlers(database),
    ...permissionHandlers(database),
    ...rolePermissionHandlers(database),
    ...spaceRolePermissionHandlers(database),
    ...resourceTypeHandlers(database),
    ...resourceHandlers(database),
    ...pluginHandlers({ database, coreVersion }),
    ...templateHandlers({ database, coreVersion }),
    ...dataConsoleHandlers(services),
    ...metricsHandlers(services),
    ...consoleHandlers(database),
  };
}
