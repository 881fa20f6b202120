import { authReadySaas } from './auth-ready-saas.ts';
import { blank } from './blank.ts';
import { communityLite } from './community-lite.ts';
import { internalAdmin } from './internal-admin.ts';
import type { Template } from './template.ts';

export type { Template } from './template.ts';

/** The templates of this release, by id. */
export const templates: readonly Template[] = [authReadySaas, blank, communityLite, internalAdmin];

/** A template by its id; null when there is none. */
export function findTemplate(id: string): Template | null {
  return templates.find((template) => template.id === id) ?? null;
}
