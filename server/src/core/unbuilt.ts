import type { CoreOperationId } from '../contract/core.ts';

/** Operations of the contract that answer 501 NOT_IMPLEMENTED. The list only shrinks. */
export const unbuiltOperationIds = [
  'createAPIKey',
  'createAdminGrant',
  'createDataRow',
  'deleteDataRow',
  'disablePlugin',
  'enablePlugin',
  'getAPIKey',
  'getAdminGrant',
  'getAdminMe',
  'getConsoleOverview',
  'getDataRow',
  'getMetrics',
  'getPlugin',
  'getTemplate',
  'installPlugin',
  'installTemplate',
  'listAPIKeys',
  'listAdminGrants',
  'listDataRows',
  'listDataTables',
  'listPluginAdminMenus',
  'listPluginAuditEvents',
  'listPluginPermissions',
  'listPluginResources',
  'listPluginSettings',
  'listPlugins',
  'listTemplates',
  'previewTemplateInstall',
  'revokeAPIKey',
  'revokeAdminGrant',
  'rotateAPIKey',
  'uninstallPlugin',
  'updateAPIKey',
  'updateDataRow',
  'updatePluginSettings',
  'validatePluginManifest',
] as const satisfies readonly CoreOperationId[];

/** One of them. */
export type UnbuiltOperationId = (typeof unbuiltOperationIds)[number];
