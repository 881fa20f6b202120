import type { CoreHandlers } from '../../contract/core.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import type { Database } from '../../platform/database/index.ts';
import { recordedMutation } from '../kernel/index.ts';
import { findTemplate, templates } from './catalog/index.ts';
import { spaceOf } from './install-plan.ts';
import { installTemplate, previewInstall } from './install-template.ts';

/** What the routes of templates need. */
export type TemplateServices = {
  readonly database: Database;
  /** Version of the running Core (Semantic Versioning), which `requires_core` of a template is held against. */
  readonly coreVersion: string;
};

type TemplateOperations = 'getTemplate' | 'installTemplate' | 'listTemplates' | 'previewTemplateInstall';

/** Templates: wire to domain and back. */
export function templateHandlers({
  database,
  coreVersion,
}: TemplateServices): CoreHandlers<TemplateOperations> {
  return {
    async listTemplates({ page }) {
      const after = page.after?.[0] ?? '';
      const rest = templates.filter(({ id }) => id > after);
      const data = rest.slice(0, page.limit);
      const last = data.at(-1);
      return { status: 200, data, next: rest.length > data.length && last !== undefined ? [last.id] : null };
    },
    async getTemplate({ params }) {
      const template = findTemplate(params.template_id);
      return template === null ? refuse('TEMPLATE_NOT_FOUND') : { status: 200, data: template };
    },
    async previewTemplateInstall({ params, body }) {
      const template = findTemplate(params.template_id);
      if (template === null) return refuse('TEMPLATE_NOT_FOUND');
      const preview = await previewInstall(database.pool, template, body, coreVersion);
      return isRefusal(preview) ? preview : { status: 200, data: preview };
    },
    async installTemplate(input) {
      const { params, body } = input;
      const template = findTemplate(params.template_id);
      if (template === null) return refuse('TEMPLATE_NOT_FOUND');
      const spaceId = spaceOf(template, body.space_id);
      // Permissions are the instance's, all else the Space's.
      const scopes = spaceId === null ? [null] : [null, spaceId];
      return recordedMutation(database, input, scopes, async (mutation) => {
        const installation = await installTemplate(mutation, template, body, coreVersion);
        return isRefusal(installation) ? installation : { status: 201 as const, data: installation };
      });
    },
  };
}
