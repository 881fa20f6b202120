import type { components } from '../../contract/generated/core/types.ts';

type Wire = components['schemas'];

/** A manifest with all that was left out filled in. */
export function wholeManifest(sent: Wire['PluginManifestCreate'], source: string): Wire['PluginManifest'] {
  return {
    manifest_version: sent.manifest_version,
    plugin_api_version: sent.plugin_api_version,
    id: sent.id,
    name: sent.name,
    description: sent.description ?? null,
    version: sent.version,
    source,
    requires_core: sent.requires_core,
    resources: sent.resources ?? [],
    permissions: sent.permissions ?? [],
    audit_events: sent.audit_events ?? [],
    admin_menu: sent.admin_menu ?? [],
    settings: (sent.settings ?? []).map((setting) => ({
      key: setting.key,
      type: setting.type,
      scope: setting.scope ?? 'space',
      description: setting.description ?? null,
      default: setting.default ?? null,
    })),
    capabilities: (sent.capabilities ?? []).map((capability) => ({
      ...capability,
      description: capability.description ?? null,
    })),
    requires_capabilities: (sent.requires_capabilities ?? []).map((requirement) => ({
      id: requirement.id,
      version: requirement.version,
      min_level: requirement.min_level ?? 'experimental',
      optional: requirement.optional ?? false,
    })),
  };
}
