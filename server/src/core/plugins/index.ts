export * as pluginEntities from './entities.ts';
export { idTaker, madeId, permissionId } from './made-id.ts';
export { officialPlugins } from './official/index.ts';
export { type PluginServices, pluginHandlers } from './plugin-handlers.ts';
export { manifestOf } from './plugin-wire.ts';
export { compareVersions, isInRange } from './version-range.ts';
