import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, Refusal, refuse, refuseInput } from '../../contract/refusal.ts';
import type { Violation } from '../../contract/violation.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { isInRange } from '../plugins/index.ts';
import { applyPlan } from './apply-plan.ts';
import type { Template } from './catalog/index.ts';
import { TemplateInstallationEntity } from './entities.ts';
import { type InstallPlan, planInstall, spaceOf } from './install-plan.ts';
import { type PresentPlugin, requirementsOf } from './requirements.ts';

type Wire = components['schemas'];

const presentPlugins = `
select key, manifest -> 'capabilities' as capabilities from plugins
where status in ('installed', 'enabled') order by key`;

/** What an installation would do, or why it is not to be looked at. */
export async function previewInstall(
  connection: Queryable,
  template: Template,
  body: Wire['TemplateInstall'],
  coreVersion: string,
) {
  const found = await lookAround(connection, template, body, coreVersion);
  return isRefusal(found) ? found : found.preview;
}

/** Creates what is missing of a template, and records the installation. */
export async function installTemplate(
  mutation: Mutation,
  template: Template,
  body: Wire['TemplateInstall'],
  coreVersion: string,
) {
  const found = await lookAround(mutation, template, body, coreVersion);
  if (isRefusal(found)) return found;
  const { plan, preview } = found;
  const missing = missingParts(preview, body);
  if (missing.length > 0) return new Refusal('VALIDATION_FAILED', missing);
  const applied = await applyPlan(mutation, template, plan);
  const principal = mutation.access?.principal;
  const session = principal?.kind === 'session' ? principal : null;
  const installation = mutation.em.create(TemplateInstallationEntity, {
    id: newId('ti'),
    templateId: template.id,
    templateVersion: template.version,
    spaceId: plan.spaceId,
    manifestSnapshot: template,
    installedByUserId: session?.userId ?? null,
    installedByMemberId: session?.actor?.member_id ?? null,
  });
  await mutation.em.flush();
  await mutation.record({
    action: 'template.install',
    spaceId: plan.spaceId,
    resourceType: 'template_installation',
    resourceId: installation.id,
    before: null,
    after: { template_id: template.id, template_version: template.version, applied },
  });
  return {
    installation_id: installation.id,
    status: 'installed' as const,
    template,
    preview,
    applied,
  };
}

async function lookAround(
  connection: Queryable,
  template: Template,
  body: Wire['TemplateInstall'],
  coreVersion: string,
) {
  const { requires_core } = template;
  if (!isInRange(coreVersion, requires_core)) {
    return refuse('INCOMPATIBLE_TEMPLATE', { requires_core, core_version: coreVersion });
  }
  const spaceId = spaceOf(template, body.space_id);
  if (spaceId === null) {
    return refuseInput('/space_id', 'required', 'This template has no Space of its own: name one.');
  }
  const plan = await planInstall(connection, template, spaceId, body.space_id !== undefined);
  if (isRefusal(plan)) return plan;
  const plugins = (await connection.query(presentPlugins)).rows as PresentPlugin[];
  return { plan, preview: previewOf(template, plan, plugins) };
}

function previewOf(
  template: Template,
  { spaces, groups, roles, permissions }: InstallPlan,
  plugins: readonly PresentPlugin[],
): Wire['TemplatePreview'] {
  const capabilities = template.required_capabilities.map(({ id }) => id);
  return {
    template_id: template.id,
    ...requirementsOf(template, plugins),
    changes: { spaces, groups, roles, permissions, capabilities },
  };
}

function missingParts(preview: Wire['TemplatePreview'], body: Wire['TemplateInstall']): Violation[] {
  const missing: Violation[] = [];
  const tell = (field: string, what: string, keys: readonly string[]) => {
    const message = `Missing ${what}: ${keys.join(', ')}.`;
    missing.push({ in: 'body', pointer: `/${field}`, rule: 'missing', message });
  };
  if (preview.missing_plugins.length > 0 && body.allow_missing_plugins !== true) {
    tell('allow_missing_plugins', 'plugins', preview.missing_plugins);
  }
  if (preview.missing_capabilities.length > 0 && body.allow_missing_capabilities !== true) {
    tell('allow_missing_capabilities', 'capabilities', preview.missing_capabilities);
  }
  return missing;
}
