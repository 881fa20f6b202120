import { isDeepStrictEqual } from 'node:util';
import { LockMode } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { deriveMetadata } from './derived-metadata.ts';
import { deriveRegistry } from './derived-registry.ts';
import { type Plugin, PluginEntity } from './entities.ts';
import { conflicts } from './manifest-conflicts.ts';
import { brokenRules } from './manifest-rules.ts';
import { manifestOf, pluginOnWire } from './plugin-wire.ts';
import { wholeManifest } from './whole-manifest.ts';

type Manifest = components['schemas']['PluginManifest'];

const MAX_PROBLEMS = 100;

/** What an installation is asked for. */
export type Installation = {
  readonly body: components['schemas']['PluginInstall'];
  /** Version of the running Core, for `requires_core`. */
  readonly coreVersion: string;
  /** The version that If-Match names; null without it and for `*`. */
  readonly ifVersion: number | null;
  /** Whether If-Match was sent: the plugin has to be there then. */
  readonly mustExist: boolean;
};

/** Stores a manifest and all that it declares. Installing the same again writes and records nothing. */
export async function installPlugin(mutation: Mutation, installation: Installation) {
  const { body, ifVersion } = installation;
  const problems = [
    ...brokenRules(body.manifest, installation.coreVersion),
    ...(await conflicts(mutation, body.manifest)),
  ];
  if (problems.length > 0) {
    const places = problems.map((problem) => ({
      in: 'body' as const,
      ...problem,
      pointer: `/manifest${problem.pointer}`,
    }));
    return new Refusal('VALIDATION_FAILED', places.slice(0, MAX_PROBLEMS));
  }
  const key = body.manifest.id;
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const present = await mutation.em.findOne(PluginEntity, { key }, { lockMode });
  if (present === null && installation.mustExist) return refuse('PRECONDITION_FAILED');
  if (present !== null && ifVersion !== null && ifVersion !== present.version) {
    return refuse('PRECONDITION_FAILED');
  }
  const before = present && pluginOnWire(present);
  const last = present && manifestOf(present);
  const wasUninstalled = present?.status === 'uninstalled';
  const next = wholeManifest(body.manifest, body.source ?? body.manifest.source ?? 'local');
  const plugin =
    present === null ? await insertPlugin(mutation, next) : await update(mutation, present, next);
  const written =
    (await deriveRegistry(mutation, { next, last, wasUninstalled })) +
    (await deriveMetadata(mutation, next, plugin.id));
  const after = pluginOnWire(plugin);
  if (written > 0 || !isDeepStrictEqual(before, after)) {
    await mutation.record({
      action: 'plugin.installed',
      spaceId: null,
      resourceType: 'plugin',
      resourceId: plugin.id,
      before,
      after,
    });
  }
  const reply = { data: after, version: plugin.version };
  return present === null ? { status: 201 as const, ...reply } : { status: 200 as const, ...reply };
}

async function insertPlugin({ em }: Mutation, next: Manifest): Promise<Plugin> {
  const plugin = em.create(PluginEntity, {
    id: newId('plugin'),
    key: next.id,
    ...columnsOf(next),
    status: 'installed',
    manifest: next,
  });
  await em.flush();
  return plugin;
}

async function update({ em }: Mutation, plugin: Plugin, next: Manifest): Promise<Plugin> {
  Object.assign(plugin, columnsOf(next));
  if (plugin.status === 'uninstalled') plugin.status = 'installed';
  // The database gives objects back with their keys in an order of its own.
  if (!isDeepStrictEqual(plugin.manifest, next)) plugin.manifest = next;
  await em.flush();
  return plugin;
}

function columnsOf({ name, description, version, source }: Manifest) {
  return { name, description, pluginVersion: version, source };
}
