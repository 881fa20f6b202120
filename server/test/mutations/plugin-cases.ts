import { type CasesOf, changed, staleVersion } from './mutation-case.ts';
import type { MutationWorld } from './mutation-world.ts';

const PLUGINS = '/api/v1/plugins';

function manifestOf(world: MutationWorld) {
  return {
    manifest_version: '1.0',
    plugin_api_version: '1.0',
    id: `acme.${world.name('plugin')}`,
    name: 'Plugin',
    version: '0.0.1',
    requires_core: '>=0.0.1 <0.1.0',
    settings: [
      { key: 'limit', type: 'integer', default: 5 },
      { key: 'mail', type: 'object' },
    ],
  };
}

async function installed(world: MutationWorld, ...verbs: readonly string[]): Promise<string> {
  const manifest = manifestOf(world);
  await world.made(`${PLUGINS}/install`, { manifest });
  for (const verb of verbs) {
    const answer = await world.api('POST', `${PLUGINS}/${manifest.id}/${verb}`, { token: world.root.token });
    if (answer.status !== 200) throw new Error(answer.text);
  }
  return manifest.id;
}

const ofInstalled =
  (...verbs: readonly string[]) =>
  async (world: MutationWorld) => ({ params: { plugin_key: await installed(world, ...verbs) } });

/** Plugins and templates. */
export const pluginCases: CasesOf<
  | 'installPlugin'
  | 'enablePlugin'
  | 'disablePlugin'
  | 'uninstallPlugin'
  | 'updatePluginSettings'
  | 'installTemplate'
> = {
  installPlugin: [
    { prepare: async (world) => ({ body: { manifest: manifestOf(world) } }), refused: staleVersion },
  ],
  enablePlugin: [{ prepare: ofInstalled(), refused: staleVersion }],
  disablePlugin: [{ prepare: ofInstalled('enable'), refused: staleVersion }],
  uninstallPlugin: [{ prepare: ofInstalled(), refused: staleVersion }],
  updatePluginSettings: [
    {
      prepare: async (world) => {
        const secret = world.name('plugin-setting-that-is-secret');
        world.secrets.add(secret);
        return {
          ...(await ofInstalled()(world)),
          body: { settings: { limit: 7, mail: { host: 'mail', password: secret } } },
        };
      },
      refused: changed({ body: { settings: { limit: 'seven' } } }, 'VALIDATION_FAILED'),
    },
  ],
  installTemplate: [
    {
      prepare: async () => ({
        params: { template_id: 'blank' },
        body: { space_id: 'space_1', allow_missing_plugins: true, allow_missing_capabilities: true },
      }),
      refused: changed({ params: { template_id: 'none' } }, 'TEMPLATE_NOT_FOUND'),
    },
  ],
};
