import type { components } from '../../contract/generated/core/types.ts';
import type { AuditEventType } from '../audit/index.ts';
import type { Plugin, PluginAdminMenu } from './entities.ts';

type Wire = components['schemas'];

/** The manifest of a stored plugin, as its installation wrote it. */
export function manifestOf(plugin: Plugin): Wire['PluginManifest'] {
  return plugin.manifest as Wire['PluginManifest'];
}

/** A plugin as the contract shows it. */
export function pluginOnWire(plugin: Plugin): Wire['Plugin'] {
  const manifest = manifestOf(plugin);
  return {
    id: plugin.id,
    key: plugin.key,
    name: plugin.name,
    description: plugin.description ?? null,
    version: plugin.pluginVersion,
    source: plugin.source,
    status: plugin.status,
    manifest,
    resources_count: manifest.resources.length,
    permissions_count: manifest.permissions.reduce((sum, { scopes }) => sum + scopes.length, 0),
    admin_menus_count: manifest.admin_menu.length,
    created_at: plugin.createdAt.toISOString(),
    updated_at: plugin.updatedAt.toISOString(),
  };
}

/** An entry of a menu as the contract shows it. */
export function adminMenuOnWire(menu: PluginAdminMenu): Wire['PluginAdminMenu'] {
  return {
    id: menu.id,
    plugin_id: menu.pluginId,
    label: menu.label,
    path: menu.path,
    icon: menu.icon ?? null,
    required_permission: menu.requiredPermission ?? '',
    sort_order: menu.sortOrder,
    metadata: menu.metadata,
    created_at: menu.createdAt.toISOString(),
    updated_at: menu.updatedAt.toISOString(),
  };
}

/** A kind of event as the contract shows it. */
export function auditEventOnWire(event: AuditEventType): Wire['AuditEventType'] {
  return {
    id: event.id,
    key: event.key,
    plugin_id: event.pluginId ?? '',
    display_name: event.displayName,
    description: event.description ?? null,
    risk_level: event.riskLevel,
    default_audit: event.defaultAudit,
    metadata: event.metadata,
    created_at: event.createdAt.toISOString(),
    updated_at: event.updatedAt.toISOString(),
  };
}
