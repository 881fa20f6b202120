import type { components } from '../../contract/generated/core/types.ts';
import { compareVersions, isInRange } from '../plugins/index.ts';
import type { Template } from './catalog/index.ts';

type Wire = components['schemas'];
type Need = Template['required_capabilities'][number];

/** A plugin that counts as there, with what it provides. */
export type PresentPlugin = {
  readonly key: string;
  readonly capabilities: readonly Wire['ManifestCapability'][];
};

/** What a template needs and does not find, and who provides the rest. */
export type Requirements = Pick<
  Wire['TemplatePreview'],
  'missing_plugins' | 'missing_capabilities' | 'capability_providers'
>;

const ranks: Readonly<Record<Wire['CapabilityRank'], number>> = {
  experimental: 1,
  standard: 2,
  enterprise: 3,
};

/** Holds what a template needs against the plugins that are there. An optional capability is never missing. */
export function requirementsOf(template: Template, plugins: readonly PresentPlugin[]): Requirements {
  const present = new Set(plugins.map(({ key }) => key));
  const found = template.required_capabilities.map((need) => ({
    need,
    provider: bestProvider(need, plugins),
  }));
  return {
    missing_plugins: template.required_plugins.filter((key) => !present.has(key)),
    missing_capabilities: found
      .filter(({ need, provider }) => provider === null && !need.optional)
      .map(({ need }) => need.id),
    capability_providers: found.flatMap(({ provider }) => (provider === null ? [] : [provider])),
  };
}

/** The highest level first, then the newest version, then the key of the plugin. */
function bestProvider(need: Need, plugins: readonly PresentPlugin[]): Wire['TemplateProvider'] | null {
  const offers = plugins.flatMap(({ key, capabilities }) =>
    capabilities
      .filter(({ id, version, level }) => id === need.id && isEnough(need, version, level))
      .map(({ id, version, level }) => ({ capability_id: id, plugin_key: key, version, level })),
  );
  const [best = null] = offers.toSorted(
    (one, other) =>
      ranks[other.level] - ranks[one.level] ||
      compareVersions(other.version, one.version) ||
      (one.plugin_key < other.plugin_key ? -1 : 1),
  );
  return best;
}

function isEnough(need: Need, version: string, level: Wire['CapabilityRank']): boolean {
  return isInRange(version, need.version) && ranks[level] >= ranks[need.min_level];
}
