import type { EntitySchema } from '@mikro-orm/core';
import * as admin from './admin/entities.ts';
import * as audit from './audit/entities.ts';
import * as auth from './auth/entities.ts';
import * as authorization from './authorization/entities.ts';
import * as identity from './identity/entities.ts';
import * as plugins from './plugins/entities.ts';
import * as registry from './registry/entities.ts';
import * as templates from './templates/entities.ts';

/** All entities of Core. */
export const coreEntities: readonly EntitySchema[] = [
  admin,
  audit,
  auth,
  authorization,
  identity,
  plugins,
  registry,
  templates,
].flatMap((entities) => Object.values(entities) as unknown as EntitySchema[]);
