import { LockMode } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { isRefusal, refuse } from '../../contract/refusal.ts';
import type { Mutation } from '../kernel/index.ts';
import { changeRow } from '../kernel/index.ts';
import { disableTypesOf } from './derived-registry.ts';
import { PluginEntity } from './entities.ts';
import { pluginOnWire } from './plugin-wire.ts';

type Status = components['schemas']['PluginStatus'];

/** The states that follow each state. An installation takes a plugin out of `uninstalled`. */
const following: Readonly<Record<Status, readonly Status[]>> = {
  installed: ['enabled', 'uninstalled'],
  enabled: ['disabled'],
  disabled: ['enabled', 'uninstalled'],
  uninstalled: ['installed'],
};

/** Which plugin is to be in which state, and the version that the caller has seen (null when it does not mind). */
export type StateChange = {
  readonly key: string;
  readonly to: 'enabled' | 'disabled' | 'uninstalled';
  readonly ifVersion: number | null;
};

/** Takes a plugin to a state that follows its own. With `uninstalled` its resource types are disabled. */
export async function changeState(mutation: Mutation, { key, to, ifVersion }: StateChange) {
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const plugin = await mutation.em.findOne(PluginEntity, { key }, { lockMode });
  if (plugin === null) return refuse('PLUGIN_NOT_FOUND');
  if (ifVersion !== null && ifVersion !== plugin.version) return refuse('PRECONDITION_FAILED');
  const from: Status = plugin.status;
  if (from !== to && !following[from].includes(to)) {
    return refuse('PLUGIN_STATE_CONFLICT', { state: from, allowed: following[from] });
  }
  const changed = await changeRow(mutation, plugin, {
    ifVersion,
    values: { status: to },
    action: `plugin.${to}`,
    spaceId: null,
    resourceType: 'plugin',
    onWire: pluginOnWire,
  });
  if (isRefusal(changed)) return changed;
  if (to === 'uninstalled' && from !== to) await disableTypesOf(mutation, key);
  return { status: 200 as const, data: pluginOnWire(changed), version: changed.version };
}
