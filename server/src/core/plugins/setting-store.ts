import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { fitsType } from './setting-value.ts';

type PluginSetting = components['schemas']['PluginSetting'];

/** The settings of one plugin at one place. */
export type SettingPlace = {
  readonly pluginId: string;
  /** The Space that is asked about; null is the instance. */
  readonly spaceId: string | null;
};

/** A setting with its value at a place, as the database gives it. */
type StoredSetting = Omit<PluginSetting, 'created_at' | 'updated_at'> & {
  readonly created_at: Date;
  readonly updated_at: Date;
};

// A setting of the scope `instance` has no value in a Space: the instance's is shown.
const settings = `
select d.id, d.key, d.value_type, d.scope, d.description, d.default_value, v.value, place.space_id, d.metadata,
  d.created_at, greatest(d.updated_at, v.updated_at) as updated_at
from plugin_settings_definitions d
cross join lateral (select case when d.scope = 'space' then $2::text end as space_id) as place
left join plugin_settings_values v
  on v.plugin_id = d.plugin_id and v.key = d.key and v.space_id is not distinct from place.space_id
where d.plugin_id = $1`;

/** A page of the settings of a plugin in the order of key and id, one row more than the limit when there is more. */
export async function readSettings(
  connection: Queryable,
  { pluginId, spaceId }: SettingPlace,
  page: { readonly limit: number; readonly after: readonly (string | number)[] | null },
): Promise<PluginSetting[]> {
  const [key, id] = page.after ?? ['', ''];
  const { rows } = await connection.query(
    `${settings} and (d.key, d.id) > ($3, $4) order by d.key, d.id limit $5`,
    [pluginId, spaceId, key, id, page.limit + 1],
  );
  return (rows as StoredSetting[]).map(settingOnWire);
}

/** The settings of a plugin with these keys, by key. */
export async function readNamedSettings(
  connection: Queryable,
  { pluginId, spaceId }: SettingPlace,
  keys: readonly string[],
): Promise<PluginSetting[]> {
  const { rows } = await connection.query(`${settings} and d.key = any($3::text[]) order by d.key, d.id`, [
    pluginId,
    spaceId,
    keys,
  ]);
  return (rows as StoredSetting[]).map(settingOnWire);
}

/** A value that a later manifest has given another type is none. */
function settingOnWire(row: StoredSetting): PluginSetting {
  return {
    ...row,
    value: fitsType(row.value_type, row.value) ? row.value : null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
