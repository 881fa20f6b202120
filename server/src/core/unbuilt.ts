import type { CoreOperationId } from '../contract/core.ts';

/** Operations of the contract that answer 501 NOT_IMPLEMENTED. The list only shrinks. */
export const unbuiltOperationIds = [
  'createDataRow',
  'deleteDataRow',
  'disablePlugin',
  'enablePlugin',
  'getConsoleOverview',
  'getDataRow',
  'getMetrics',
  'getPlugin',
  'getTemplate',
  'installPlugin',
  'installTemplate',
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
  'uninstallPlugin',
  'updateDataRow',
  'updatePluginSettings',
  'validatePluginManifest',
] as const satisfies readonly CoreOperationId[];

/** One of them. */
export type UnbuiltOperationId = (typeof unbuiltOperationIds)[number];
