import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { nameOfKey } from './name-of-key.ts';
import { sourceOf } from './source-of.ts';

type Manifest = components['schemas']['PluginManifest'];

/** A step from one manifest of a plugin to the next. */
export type Step = {
  readonly next: Manifest;
  /** The manifest that is installed; null when none is. */
  readonly last: Manifest | null;
  /** Whether it is installed in name only: its resource types were disabled by an uninstallation. */
  readonly wasUninstalled: boolean;
};

const moved = `version = t.version + 1, updated_at = date_trunc('milliseconds', now())`;
const types = `
insert into resource_types as t (id, key, display_name, source)
select d.id, d.key, d.display_name, $2
from jsonb_to_recordset($1::jsonb) as d (id text, key text, display_name text)
on conflict (key) do update set display_name = excluded.display_name, ${moved}
where t.source = excluded.source and t.display_name <> excluded.display_name
returning 1`;
const actions = `
insert into resource_actions as t (id, resource_type_id, key, display_name, risk_level)
select d.id, r.id, d.key, d.display_name, d.risk_level
from jsonb_to_recordset($1::jsonb) as d (id text, type text, key text, display_name text, risk_level text)
join resource_types r on r.key = d.type
on conflict (resource_type_id, key) do update set risk_level = excluded.risk_level, ${moved}
where t.risk_level <> excluded.risk_level
returning 1`;
const mappings = `
insert into resource_mappings as t (id, resource_type_id, storage_kind)
select d.id, r.id, 'plugin_managed'
from jsonb_to_recordset($1::jsonb) as d (id text, key text) join resource_types r on r.key = d.key
on conflict (resource_type_id) do update set storage_kind = 'plugin_managed', table_name = null, ${moved}
where t.storage_kind <> 'plugin_managed'
returning 1`;
const typeStatus = `
update resource_types t set status = $3, ${moved}
where t.source = $1 and t.key = any($2::text[]) and t.status <> $3
returning 1`;
const actionStatus = `
update resource_actions t set status = $3, ${moved}
from jsonb_to_recordset($2::jsonb) as d (type text, key text) join resource_types r on r.key = d.type
where r.source = $1 and t.resource_type_id = r.id and t.key = d.key and t.status <> $3
returning 1`;
const disableAll = `
update resource_types t set status = 'disabled', ${moved}
where t.source = $1 and t.status <> 'disabled'
returning 1`;

/**
 * Registers the resource types of a manifest with their actions and mappings. What the last manifest had and this one
 * has not is disabled; what comes (back) with this one is active. What stays keeps its status: an operator may have
 * disabled it. Gives the number of rows that were written.
 */
export async function deriveRegistry(connection: Queryable, { next, last, wasUninstalled }: Step) {
  const source = sourceOf(next.id);
  const typeKeys = next.resources.map(({ key }) => key);
  const lastTypes = new Set((last?.resources ?? []).map(({ key }) => key));
  const pairs = actionsOf(next);
  const known = new Set(actionsOf(last).map(nameOfPair));
  const kept = new Set(pairs.map(nameOfPair));
  const write = writer(connection);
  await write(types, [json(next.resources.map((type) => ({ ...type, id: newId('rt') }))), source]);
  await write(actions, [
    json(pairs.map((pair) => ({ ...pair, id: newId('ra'), display_name: nameOfKey(pair.key) }))),
  ]);
  await write(mappings, [json(typeKeys.map((key) => ({ id: newId('rm'), key })))]);
  const back = wasUninstalled ? typeKeys : typeKeys.filter((key) => !lastTypes.has(key));
  const gone = [...lastTypes].filter((key) => !typeKeys.includes(key));
  await write(typeStatus, [source, back, 'active']);
  await write(typeStatus, [source, gone, 'disabled']);
  const newPairs = pairs.filter((pair) => !known.has(nameOfPair(pair)));
  const gonePairs = actionsOf(last).filter((pair) => !kept.has(nameOfPair(pair)));
  await write(actionStatus, [source, json(newPairs), 'active']);
  await write(actionStatus, [source, json(gonePairs), 'disabled']);
  return write.count();
}

/** Disables all resource types of a plugin. */
export async function disableTypesOf(connection: Queryable, pluginKey: string): Promise<void> {
  await connection.query(disableAll, [sourceOf(pluginKey)]);
}

/** Runs statements that return a row for each that they wrote, and counts them. */
export function writer(connection: Queryable) {
  let written = 0;
  const write = async (statement: string, values: readonly unknown[]) => {
    written += (await connection.query(statement, values)).rows.length;
  };
  return Object.assign(write, { count: () => written });
}

function actionsOf(manifest: Manifest | null) {
  return (manifest?.resources ?? []).flatMap(({ key: type, actions }) =>
    actions.map(({ key, risk_level }) => ({ type, key, risk_level })),
  );
}

function nameOfPair({ type, key }: { readonly type: string; readonly key: string }): string {
  return `${type}:${key}`;
}

function json(rows: readonly object[]): string {
  return JSON.stringify(rows);
}
