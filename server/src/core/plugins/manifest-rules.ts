import type { components } from '../../contract/generated/core/types.ts';
import { isSecretKey } from '../../platform/logging/index.ts';
import { type Part, type Problem, partsOf } from './manifest-parts.ts';
import { valueProblem } from './setting-value.ts';
import { isInRange } from './version-range.ts';

type Wire = components['schemas'];
type Manifest = Wire['PluginManifestCreate'];

/**
 * The rules that hold between the fields of a manifest; the form of each field is the contract's. `malformed` are the
 * places whose form is broken: what is there is left alone, and the rest is still looked at.
 */
export function brokenRules(
  manifest: Partial<Manifest>,
  coreVersion: string,
  malformed: readonly string[] = [],
): Problem[] {
  const parts = partsOf(manifest, malformed);
  const resources = parts.list('resources');
  const permissions = parts.list('permissions');
  return [
    ...(parts.isSound('/requires_core') ? coreProblems(manifest.requires_core, coreVersion) : []),
    ...repeated(resources, '/key', ({ key }) => key),
    ...resources.flatMap(repeatedActions),
    ...(parts.isSound('/resources') ? permissions.flatMap(referenceProblems(resources)) : []),
    ...repeatedPermissions(permissions),
    ...repeated(parts.list('audit_events'), '/key', ({ key }) => key),
    ...repeated(parts.list('admin_menu'), '/path', ({ path }) => path),
    ...repeated(parts.list('settings'), '/key', ({ key }) => key),
    ...parts.list('settings').flatMap(settingProblems),
    ...repeated(parts.list('capabilities'), '/id', ({ id }) => id),
    ...repeated(parts.list('requires_capabilities'), '/id', ({ id }) => id),
  ];
}

function coreProblems(range: string | undefined, coreVersion: string): Problem[] {
  if (range === undefined || isInRange(coreVersion, range)) return [];
  const message = `This server is Core ${coreVersion}, which is not in the range ${range}.`;
  return [{ pointer: '/requires_core', rule: 'requires_core', message }];
}

/** Entries whose key an entry before has. `field` is where the key is. */
function repeated<Entry>(
  parts: readonly Part<Entry>[],
  field: string,
  keyOf: (entry: Entry) => string,
): Problem[] {
  const first = new Map<string, string>();
  return parts.flatMap(({ entry, pointer }) => {
    const key = keyOf(entry);
    const before = first.get(key);
    if (before === undefined) first.set(key, pointer);
    if (before === undefined) return [];
    return [{ pointer: pointer + field, rule: 'unique', message: `${key} stands at ${before} already.` }];
  });
}

function repeatedActions({ entry, pointer }: Part<Wire['ManifestResourceCreate']>): Problem[] {
  const actions = entry.actions.map((action, at) => ({ entry: action, pointer: `${pointer}/actions/${at}` }));
  return repeated(actions, '/key', ({ key }) => key);
}

function repeatedPermissions(parts: readonly Part<Wire['ManifestPermissionCreate']>[]): Problem[] {
  const triples = parts.flatMap(({ entry: { resource, action, scopes }, pointer }) =>
    scopes.map((scope, at) => ({
      entry: `${resource}:${action}:${scope}`,
      pointer: `${pointer}/scopes/${at}`,
    })),
  );
  return repeated(triples, '', (triple) => triple);
}

function referenceProblems(resources: readonly Part<Wire['ManifestResourceCreate']>[]) {
  const actionsOf = new Map(
    resources.map(({ entry: { key, actions } }) => [key, new Set(actions.map((action) => action.key))]),
  );
  return ({ entry, pointer }: Part<Wire['ManifestPermissionCreate']>): Problem[] => {
    const { resource, action } = entry;
    const actions = actionsOf.get(resource);
    if (actions === undefined) {
      const message = `This manifest has no resource ${resource}.`;
      return [{ pointer: `${pointer}/resource`, rule: 'reference', message }];
    }
    if (actions.has(action)) return [];
    const message = `The resource ${resource} of this manifest has no action ${action}.`;
    return [{ pointer: `${pointer}/action`, rule: 'reference', message }];
  };
}

function settingProblems({ entry, pointer }: Part<Wire['ManifestSettingCreate']>): Problem[] {
  const problems: Problem[] = [];
  if (isSecretKey(entry.key)) {
    const message = `${entry.key} looks like a secret. Secrets belong in the plugin's environment, not in settings.`;
    problems.push({ pointer: `${pointer}/key`, rule: 'secret', message });
  }
  if (entry.default !== undefined && entry.default !== null) {
    const problem = valueProblem(entry.type, entry.default);
    if (problem !== null) problems.push({ pointer: `${pointer}/default`, ...problem });
  }
  return problems;
}
