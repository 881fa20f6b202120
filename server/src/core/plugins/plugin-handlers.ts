import type { CoreHandlers } from '../../contract/core.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { type MutationRequest, recordedMutation } from '../kernel/index.ts';
import { PluginEntity } from './entities.ts';
import { installPlugin } from './install-plugin.ts';
import { conflicts } from './manifest-conflicts.ts';
import { formProblems } from './manifest-form.ts';
import { brokenRules } from './manifest-rules.ts';
import { changeState, type StateChange } from './plugin-lifecycle.ts';
import { pluginPartsHandlers } from './plugin-parts-handlers.ts';
import { pluginOnWire } from './plugin-wire.ts';
import { updateSettings } from './update-settings.ts';

/** What the routes of plugins need. */
export type PluginServices = {
  readonly database: Database;
  /** Version of the running Core (Semantic Versioning), which `requires_core` of a manifest is held against. */
  readonly coreVersion: string;
};

type PluginOperations =
  | 'disablePlugin'
  | 'enablePlugin'
  | 'getPlugin'
  | 'installPlugin'
  | 'listPluginAdminMenus'
  | 'listPluginAuditEvents'
  | 'listPluginPermissions'
  | 'listPluginResources'
  | 'listPluginSettings'
  | 'listPlugins'
  | 'uninstallPlugin'
  | 'updatePluginSettings'
  | 'validatePluginManifest';

type Changing = MutationRequest & {
  readonly params: { readonly plugin_key: string };
  readonly ifVersion: number | null;
};

const MAX_PROBLEMS = 100;
/** Resource types and Permissions are the instance's. */
const INSTANCE = [null];
/** Metadata of plugins is in no decision, so it moves no revision. */
const NO_SCOPES: readonly string[] = [];

/** Plugins: wire to domain and back. */
export function pluginHandlers({ database, coreVersion }: PluginServices): CoreHandlers<PluginOperations> {
  const change = (input: Changing, to: StateChange['to']) => {
    const scopes = to === 'uninstalled' ? INSTANCE : NO_SCOPES;
    const { ifVersion } = input;
    return recordedMutation(database, input, scopes, (mutation) =>
      changeState(mutation, { key: input.params.plugin_key, to, ifVersion }),
    );
  };
  return {
    ...pluginPartsHandlers(database),
    async listPlugins({ page }) {
      const { rows, next } = await keysetPage(database.entities(), PluginEntity, {}, ['name', 'id'], page);
      return { status: 200, data: rows.map(pluginOnWire), next };
    },
    async getPlugin({ params }) {
      const plugin = await database.entities().findOne(PluginEntity, { key: params.plugin_key });
      if (plugin === null) return refuse('PLUGIN_NOT_FOUND');
      return { status: 200, data: pluginOnWire(plugin), version: plugin.version };
    },
    async validatePluginManifest({ body }) {
      const form = formProblems(body);
      const malformed = form.map(({ pointer }) => pointer);
      const found = [
        ...form,
        ...brokenRules(body, coreVersion, malformed),
        ...(await conflicts(database.pool, body, malformed)),
      ];
      return { status: 200, data: { valid: found.length === 0, errors: found.slice(0, MAX_PROBLEMS) } };
    },
    installPlugin: (input) =>
      recordedMutation(database, input, INSTANCE, (mutation) =>
        installPlugin(mutation, {
          body: input.body,
          coreVersion,
          ifVersion: input.ifVersion,
          mustExist: Object.hasOwn(input.params, 'If-Match'),
        }),
      ),
    enablePlugin: (input) => change(input, 'enabled'),
    disablePlugin: (input) => change(input, 'disabled'),
    uninstallPlugin: (input) => change(input, 'uninstalled'),
    updatePluginSettings: (input) =>
      recordedMutation(database, input, NO_SCOPES, (mutation) =>
        updateSettings(mutation, input.params.plugin_key, input.body),
      ),
  };
}
