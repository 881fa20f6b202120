import type { EntitySchema } from '@mikro-orm/core';
import { adminEntities } from './admin/index.ts';
import { auditEntities } from './audit/index.ts';
import { authEntities } from './auth/index.ts';
import { authorizationEntities } from './authorization/index.ts';
import { identityEntities } from './identity/index.ts';
import { pluginEntities } from './plugins/index.ts';
import { registryEntities } from './registry/index.ts';
import { templateEntities } from './templates/index.ts';

/** All entities of Core. */
export const coreEntities: readonly EntitySchema[] = [
  adminEntities,
  auditEntities,
  authEntities,
  authorizationEntities,
  identityEntities,
  pluginEntities,
  registryEntities,
  templateEntities,
].flatMap((entities) => Object.values(entities) as unknown as EntitySchema[]);
