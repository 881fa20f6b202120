import type { components } from '../../contract/generated/core/types.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { type Problem, partsOf } from './manifest-parts.ts';
import { sourceOf } from './source-of.ts';

const foreignTypes = `
select key, source from resource_types where key = any($1::text[]) and source <> $2`;
const foreignEvents = `
select e.key, p.key as plugin from audit_event_types e left join plugins p on p.id = e.plugin_id
where e.key = any($1::text[]) and p.key is distinct from $2`;

/** What of a manifest belongs to somebody else: resource types of another source, events of another plugin. */
export async function conflicts(
  connection: Queryable,
  manifest: Partial<components['schemas']['PluginManifestCreate']>,
  malformed: readonly string[] = [],
): Promise<Problem[]> {
  const parts = partsOf(manifest, malformed);
  if (manifest.id === undefined || !parts.isSound('/id')) return [];
  const resources = parts.list('resources');
  const events = parts.list('audit_events');
  const keys = (list: readonly { readonly entry: { readonly key: string } }[]) =>
    list.map(({ entry }) => entry.key);
  const types = await connection.query(foreignTypes, [keys(resources), sourceOf(manifest.id)]);
  const others = await connection.query(foreignEvents, [keys(events), manifest.id]);
  const sources = new Map(types.rows.map((row) => [row['key'], row['source']]));
  const owners = new Map(others.rows.map((row) => [row['key'], row['plugin']]));
  return [
    ...resources.flatMap(({ entry: { key }, pointer }) => {
      if (!sources.has(key)) return [];
      const message = `The resource type ${key} is registered under the source ${sources.get(key)}.`;
      return [{ pointer: `${pointer}/key`, rule: 'source', message }];
    }),
    ...events.flatMap(({ entry: { key }, pointer }) => {
      if (!owners.has(key)) return [];
      const owner = owners.get(key) ?? null;
      const message = `The event ${key} belongs to ${owner === null ? 'Core' : `the plugin ${owner}`}.`;
      return [{ pointer: `${pointer}/key`, rule: 'taken', message }];
    }),
  ];
}
