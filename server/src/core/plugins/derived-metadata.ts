import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { writer } from './derived-registry.ts';
import { idTaker, permissionId } from './made-id.ts';
import { nameOfKey } from './name-of-key.ts';

type Manifest = components['schemas']['PluginManifest'];

/** The first entry of a menu stands here, the others behind it. */
const FIRST_MENU_PLACE = 1000;

const moved = `version = t.version + 1, updated_at = date_trunc('milliseconds', now())`;
const takenIds = 'select id from permissions where id = any($1::text[])';
const permissions = `
insert into permissions (id, resource, action, scope)
select d.id, d.resource, d.action, d.scope
from jsonb_to_recordset($1::jsonb) as d (id text, resource text, action text, scope text)
on conflict (resource, action, scope) do nothing
returning 1`;
const events = `
insert into audit_event_types as t (id, key, plugin_id, display_name, risk_level)
select d.id, d.key, $2, d.display_name, d.risk_level
from jsonb_to_recordset($1::jsonb) as d (id text, key text, display_name text, risk_level text)
on conflict (key) do update set risk_level = excluded.risk_level, ${moved}
where t.plugin_id = excluded.plugin_id and t.risk_level <> excluded.risk_level
returning 1`;
const otherEvents = `
delete from audit_event_types where plugin_id = $2 and key not in (
  select d.key from jsonb_to_recordset($1::jsonb) as d (key text))
returning 1`;
const menus = `
insert into plugin_admin_menus as t (id, plugin_id, label, path, required_permission, sort_order)
select d.id, $2, d.label, d.path, d.required_permission, d.sort_order
from jsonb_to_recordset($1::jsonb)
  as d (id text, label text, path text, required_permission text, sort_order integer)
on conflict (plugin_id, path) do update set label = excluded.label,
  required_permission = excluded.required_permission, sort_order = excluded.sort_order, ${moved}
where (t.label, t.required_permission, t.sort_order)
  is distinct from (excluded.label, excluded.required_permission, excluded.sort_order)
returning 1`;
const otherMenus = `
delete from plugin_admin_menus where plugin_id = $2 and path not in (
  select d.path from jsonb_to_recordset($1::jsonb) as d (path text))
returning 1`;
const settings = `
insert into plugin_settings_definitions as t
  (id, plugin_id, key, value_type, scope, description, default_value)
select d.id, $2, d.key, d.type, d.scope, d.description, d."default"
from jsonb_to_recordset($1::jsonb)
  as d (id text, key text, type text, scope text, description text, "default" jsonb)
on conflict (plugin_id, key, scope) do update set value_type = excluded.value_type,
  description = excluded.description, default_value = excluded.default_value, ${moved}
where (t.value_type, t.description, t.default_value)
  is distinct from (excluded.value_type, excluded.description, excluded.default_value)
returning 1`;
const otherSettings = `
delete from plugin_settings_definitions where plugin_id = $2 and (key, scope) not in (
  select d.key, d.scope from jsonb_to_recordset($1::jsonb) as d (key text, scope text))
returning 1`;

/**
 * Stores what else a manifest declares. Permissions that exist stay as they are, and none is taken away. Kinds of
 * events, menu entries and settings become those of the manifest; values of settings stay. Gives the number of rows
 * that were written.
 */
export async function deriveMetadata(connection: Queryable, manifest: Manifest, pluginId: string) {
  const write = writer(connection);
  const made = manifest.permissions.flatMap(({ resource, action, scopes }) =>
    scopes.map((scope) => ({ resource, action, scope, id: permissionId(resource, action, scope) })),
  );
  const taken = await connection.query(takenIds, [made.map(({ id }) => id)]);
  const takeId = idTaker(taken.rows.map((row) => String(row['id'])));
  await write(permissions, [JSON.stringify(made.map((row) => ({ ...row, id: takeId(row.id, 'perm') })))]);
  const replace = async (put: string, dropOthers: string, rows: readonly object[]) => {
    const values = [JSON.stringify(rows), pluginId];
    await write(dropOthers, values);
    await write(put, values);
  };
  await replace(
    events,
    otherEvents,
    manifest.audit_events.map((event) => ({
      ...event,
      id: newId('aet'),
      display_name: nameOfKey(event.key),
    })),
  );
  await replace(
    menus,
    otherMenus,
    manifest.admin_menu.map((entry, at) => ({
      ...entry,
      id: newId('pam'),
      sort_order: FIRST_MENU_PLACE + at,
    })),
  );
  await replace(
    settings,
    otherSettings,
    manifest.settings.map((setting) => ({ ...setting, id: newId('psd') })),
  );
  return write.count();
}
