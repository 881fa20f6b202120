import { isDeepStrictEqual } from 'node:util';
import { LockMode } from '@mikro-orm/postgresql';
import type { components } from '../../contract/generated/core/types.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { pointerSegment, type Violation } from '../../contract/violation.ts';
import { newId } from '../../platform/ids/index.ts';
import { findSpace } from '../identity/index.ts';
import type { Mutation } from '../kernel/index.ts';
import { PluginEntity } from './entities.ts';
import { readNamedSettings, type SettingPlace } from './setting-store.ts';
import { valueProblem } from './setting-value.ts';

type Setting = components['schemas']['PluginSetting'];

const put = `
insert into plugin_settings_values as t
  (id, plugin_id, space_id, key, value, updated_by_user_id, updated_by_member_id)
values ($1, $2, $3, $4, $5::jsonb, $6, $7)
on conflict (plugin_id, space_id, key) do update set value = excluded.value,
  updated_by_user_id = excluded.updated_by_user_id, updated_by_member_id = excluded.updated_by_member_id,
  version = t.version + 1, updated_at = date_trunc('milliseconds', now())`;
const take = `
delete from plugin_settings_values where plugin_id = $1 and space_id is not distinct from $2 and key = $3`;

/** Sets values of a plugin's settings at one place, all of them or none. null takes a value away. */
export async function updateSettings(
  mutation: Mutation,
  pluginKey: string,
  body: components['schemas']['PluginSettingsUpdate'],
) {
  const { em } = mutation;
  // Its row is locked, so that no installation changes the declarations meanwhile.
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const plugin = await em.findOne(PluginEntity, { key: pluginKey }, { lockMode });
  if (plugin === null) return refuse('PLUGIN_NOT_FOUND');
  const spaceId = body.space_id ?? null;
  if (spaceId !== null && (await findSpace(em, spaceId)) === null) return refuse('SPACE_NOT_FOUND');
  const keys = Object.keys(body.settings);
  const place = { pluginId: plugin.id, spaceId };
  const before = await readNamedSettings(mutation, place, keys);
  const problems = problemsOf(body.settings, before, spaceId);
  if (problems.length > 0) return new Refusal('VALIDATION_FAILED', problems);
  const changing = before.filter(({ key, value }) => !isDeepStrictEqual(value, body.settings[key] ?? null));
  for (const { key } of changing) await setValue(mutation, place, key, body.settings[key]);
  const after = await readNamedSettings(mutation, place, keys);
  if (changing.length > 0) {
    const changed = new Set(changing.map(({ key }) => key));
    await mutation.record({
      action: 'plugin.settings_updated',
      spaceId,
      resourceType: 'plugin',
      resourceId: plugin.id,
      before: valuesOf(before.filter(({ key }) => changed.has(key))),
      after: valuesOf(after.filter(({ key }) => changed.has(key))),
    });
  }
  return { status: 200 as const, data: after };
}

function problemsOf(
  values: components['schemas']['SettingValues'],
  settings: readonly Setting[],
  spaceId: string | null,
): Violation[] {
  const declared = new Map(settings.map((setting) => [setting.key, setting]));
  return Object.entries(values).flatMap(([key, value]) => {
    const pointer = `/settings${pointerSegment(key)}`;
    const setting = declared.get(key);
    if (setting === undefined) {
      return [{ in: 'body', pointer, rule: 'reference', message: 'The plugin has no such setting.' }];
    }
    if (spaceId !== null && setting.scope !== 'space') {
      const message = 'The setting has the scope instance: leave space_id out.';
      return [{ in: 'body', pointer, rule: 'scope', message }];
    }
    const problem = value === null ? null : valueProblem(setting.value_type, value);
    return problem === null ? [] : [{ in: 'body', pointer, ...problem }];
  });
}

async function setValue(mutation: Mutation, place: SettingPlace, key: string, value: unknown) {
  const { pluginId, spaceId } = place;
  if (value === null) {
    await mutation.query(take, [pluginId, spaceId, key]);
    return;
  }
  const principal = mutation.access?.principal;
  const session = principal?.kind === 'session' ? principal : null;
  const userId = session?.userId ?? null;
  const memberId = session?.actor?.member_id ?? null;
  const id = newId('psv');
  await mutation.query(put, [id, pluginId, spaceId, key, JSON.stringify(value), userId, memberId]);
}

function valuesOf(settings: readonly Setting[]): Record<string, unknown> {
  return Object.fromEntries(settings.map(({ key, value }) => [key, value]));
}
