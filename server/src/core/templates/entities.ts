import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { instantOfInsert } from '../../platform/schema-check/index.ts';

/** What was installed from a template, table `template_installations`. */
export const TemplateInstallationEntity = defineEntity({
  name: 'TemplateInstallation',
  tableName: 'template_installations',
  properties: {
    id: p.text().primary(),
    templateId: p.text(),
    templateVersion: p.text(),
    spaceId: p.text().nullable(),
    status: p.enum(['installed']).default('installed'),
    manifestSnapshot: p.json<Record<string, unknown>>(),
    installedByUserId: p.text().nullable(),
    installedByMemberId: p.text().nullable(),
    createdAt: instantOfInsert(),
  },
});
/** A row of `template_installations`. */
export type TemplateInstallation = InferEntity<typeof TemplateInstallationEntity>;
