import type { EntitySchema, FilterQuery, InferEntity } from '@mikro-orm/core';
import type { CoreHandlers, CoreInput } from '../../contract/core.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Database, keysetPage } from '../../platform/database/index.ts';
import { AuditEventTypeEntity } from '../audit/index.ts';
import { PermissionEntity, permissionOnWire } from '../authorization/index.ts';
import { findSpace } from '../identity/index.ts';
import { ResourceTypeEntity, resourceTypeOnWire } from '../registry/index.ts';
import { type Plugin, PluginAdminMenuEntity, PluginEntity } from './entities.ts';
import { adminMenuOnWire, auditEventOnWire, manifestOf } from './plugin-wire.ts';
import { readSettings } from './setting-store.ts';
import { sourceOf } from './source-of.ts';

type PartsOperations =
  | 'listPluginAdminMenus'
  | 'listPluginAuditEvents'
  | 'listPluginPermissions'
  | 'listPluginResources'
  | 'listPluginSettings';

type PartList<Schema extends EntitySchema, Wire> = {
  readonly entity: Schema;
  /** Null when there is nothing to list. */
  readonly where: (plugin: Plugin) => FilterQuery<InferEntity<Schema>> | null;
  readonly order: readonly (keyof InferEntity<Schema> & string)[];
  readonly onWire: (row: InferEntity<Schema>) => Wire;
};

/** What a plugin brought, as lists. */
export function pluginPartsHandlers(database: Database): CoreHandlers<PartsOperations> {
  const list = async <Schema extends EntitySchema, Wire>(
    { params, page }: Pick<CoreInput<'listPluginResources'>, 'params' | 'page'>,
    { entity, where, order, onWire }: PartList<Schema, Wire>,
  ) => {
    const em = database.entities();
    const plugin = await em.findOne(PluginEntity, { key: params.plugin_key });
    if (plugin === null) return refuse('PLUGIN_NOT_FOUND');
    const condition = where(plugin);
    if (condition === null) return { status: 200 as const, data: [], next: null };
    const { rows, next } = await keysetPage(em, entity, condition, order, page);
    return { status: 200 as const, data: rows.map(onWire), next };
  };
  return {
    listPluginResources: (input) =>
      list(input, {
        entity: ResourceTypeEntity,
        where: (plugin) => {
          const keys = manifestOf(plugin).resources.map(({ key }) => key);
          return { source: sourceOf(plugin.key), key: { $in: keys } };
        },
        order: ['key', 'id'],
        onWire: resourceTypeOnWire,
      }),
    listPluginPermissions: (input) =>
      list(input, {
        entity: PermissionEntity,
        where: (plugin) => {
          const { permissions } = manifestOf(plugin);
          if (permissions.length === 0) return null;
          const triples = permissions.map(({ resource, action, scopes }) => ({
            resource,
            action,
            scope: { $in: [...scopes] },
          }));
          return { deletedAt: null, $or: triples };
        },
        order: ['resource', 'action', 'scope', 'id'],
        onWire: permissionOnWire,
      }),
    listPluginAuditEvents: (input) =>
      list(input, {
        entity: AuditEventTypeEntity,
        where: ({ id: pluginId }) => ({ pluginId }),
        order: ['key', 'id'],
        onWire: auditEventOnWire,
      }),
    listPluginAdminMenus: (input) =>
      list(input, {
        entity: PluginAdminMenuEntity,
        // Its entries are in the menu while the plugin is enabled; what it declares is in the manifest.
        where: ({ id: pluginId, status }) => (status === 'enabled' ? { pluginId } : null),
        order: ['sortOrder', 'label', 'id'],
        onWire: adminMenuOnWire,
      }),
    async listPluginSettings({ params, page }) {
      const em = database.entities();
      const plugin = await em.findOne(PluginEntity, { key: params.plugin_key });
      if (plugin === null) return refuse('PLUGIN_NOT_FOUND');
      const spaceId = params.space_id ?? null;
      if (spaceId !== null && (await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
      const found = await readSettings(database.pool, { pluginId: plugin.id, spaceId }, page);
      const data = found.slice(0, page.limit);
      const last = data.at(-1);
      const more = found.length > page.limit && last !== undefined;
      return { status: 200, data, next: more ? [last.key, last.id] : null };
    },
  };
}
