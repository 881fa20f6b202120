import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';

import { metadata, mutableRow } from '../../platform/schema-check/index.ts';

/** What Core knows of a plugin, table `plugins`. `pluginVersion` is the plugin's own, `version` the row's. */
export const PluginEntity = defineEntity({
  name: 'Plugin',
  tableName: 'plugins',
  properties: {
    id: p.text().primary(),
    key: p.text(),
    name: p.text(),
    description: p.text().nullable(),
    pluginVersion: p.text(),
    source: p.text().default('local'),
    status: p.enum(['installed', 'enabled', 'disabled', 'uninstalled']).default('installed'),
    manifest: p.json<Record<string, unknown>>(),
    ...mutableRow(),
  },
});
/** A row of `plugins`. */
export type Plugin = InferEntity<typeof PluginEntity>;

/** An entry that a plugin adds to the administration menu, table `plugin_admin_menus`. */
export const PluginAdminMenuEntity = defineEntity({
  name: 'PluginAdminMenu',
  tableName: 'plugin_admin_menus',
  properties: {
    id: p.text().primary(),
    pluginId: p.text(),
    label: p.text(),
    path: p.text(),
    icon: p.text().nullable(),
    requiredPermission: p.text().nullable(),
    sortOrder: p.integer().default(1000),
    metadata: metadata(),
    ...mutableRow(),
  },
});
/** A row of `plugin_admin_menus`. */
export type PluginAdminMenu = InferEntity<typeof PluginAdminMenuEntity>;

/** A setting that a plugin declares, table `plugin_settings_definitions`. */
export const PluginSettingDefinitionEntity = defineEntity({
  name: 'PluginSettingDefinition',
  tableName: 'plugin_settings_definitions',
  properties: {
    id: p.text().primary(),
    pluginId: p.text(),
    key: p.text(),
    valueType: p.enum(['string', 'integer', 'number', 'boolean', 'string_array', 'array', 'object', 'json']),
    defaultValue: p.json<unknown>().nullable(),
    description: p.text().nullable(),
    scope: p.enum(['space', 'instance']).default('space'),
    metadata: metadata(),
    ...mutableRow(),
  },
});
/** A row of `plugin_settings_definitions`. */
export type PluginSettingDefinition = InferEntity<typeof PluginSettingDefinitionEntity>;

/** The value of a setting in one Space, or in the instance when `spaceId` is null, table `plugin_settings_values`. */
export const PluginSettingValueEntity = defineEntity({
  name: 'PluginSettingValue',
  tableName: 'plugin_settings_values',
  properties: {
    id: p.text().primary(),
    pluginId: p.text(),
    spaceId: p.text().nullable(),
    key: p.text(),
    value: p.json<unknown>(),
    updatedByUserId: p.text().nullable(),
    updatedByMemberId: p.text().nullable(),
    ...mutableRow(),
  },
});
/** A row of `plugin_settings_values`. */
export type PluginSettingValue = InferEntity<typeof PluginSettingValueEntity>;
