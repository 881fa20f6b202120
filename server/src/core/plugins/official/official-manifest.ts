import type { components } from '../../../contract/generated/core/types.ts';

/** A manifest as it is sent to an installation. */
export type OfficialManifest = components['schemas']['PluginManifestCreate'];

/** What all official manifests of this release have in common. */
export const officialFields = {
  manifest_version: '1.0',
  plugin_api_version: '1.0',
  version: '0.0.1',
  source: 'official',
  requires_core: '>=0.0.1 <0.1.0',
} as const satisfies Partial<OfficialManifest>;
