import type { CoreHandlers, CoreOperationId } from '../contract/core.ts';
import { authorizationHandlers } from './authorization/handlers.ts';
import { groupHandlers } from './identity/group-handlers.ts';
import type { CoreServices } from './services.ts';
import { systemHandlers } from './system/index.ts';
import type { UnbuiltOperationId } from './unbuilt.ts';

/**
 * The handlers of Core by operation id. One that is missing and not on the list of unbuilt operations, one too many
 * or one misspelt does not compile.
 */
export function coreHandlers(services: CoreServices): CoreHandlers<Exclude<CoreOperationId, UnbuiltOperationId>> {
  const { database } = services;
  return {
    ...systemHandlers(services),
    ...authorizationHandlers({ pool: database.pool, auditMode: services.auditMode }),
    ...groupHandlers(database),
  };
}
