import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CoreInput } from '../../src/contract/core.ts';
import { isRefusal, type Refusal } from '../../src/contract/refusal.ts';
import { fitsType, valueProblem } from '../../src/core/plugins/setting-value.ts';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { invoicing, openPluginsWorld, type PluginsWorld } from './plugins-world.ts';

const params = { plugin_key: 'acme.invoicing' };

describe('settings of a plugin', () => {
  let world: PluginsWorld;
  before(async () => {
    world = await openPluginsWorld();
    await carriedOut(world.handlers, 'installPlugin', { body: { manifest: invoicing() } });
  });
  after(() => world.database.drop());

  type Body = NonNullable<CoreInput<'updatePluginSettings'>['body']>;
  const set = (body: Body) => carriedOut(world.handlers, 'updatePluginSettings', { params, body });
  const values = async (space_id?: string) => {
    const sent = { params: space_id === undefined ? params : { ...params, space_id } };
    const { data } = await carriedOut(world.handlers, 'listPluginSettings', sent);
    return Object.fromEntries(data.map(({ key, value, space_id: place }) => [key, [value, place]]));
  };
  const problems = async (body: Body) => {
    const reply: object = await callCore(world.handlers, 'updatePluginSettings', { params, body });
    assert.ok(isRefusal(reply));
    const details = (reply as Refusal<string>).details as { rule: string; pointer: string }[];
    return details.map(({ rule, pointer }) => `${rule} ${pointer}`);
  };

  it('are listed by key with their defaults, page by page', async () => {
    const page = await carriedOut(world.handlers, 'listPluginSettings', {
      params,
      page: { limit: 2, after: null },
    });
    assert.deepEqual(
      page.data.map(({ key, default_value, value, value_type, scope }) => [
        key,
        default_value,
        value,
        value_type,
        scope,
      ]),
      [
        ['approval_limit', 5000, null, 'integer', 'space'],
        ['greeting', '42', null, 'string', 'space'],
      ],
    );
    const rest = await carriedOut(world.handlers, 'listPluginSettings', {
      params,
      page: { limit: 2, after: page.next },
    });
    assert.deepEqual([rest.data.map(({ key }) => key), rest.next], [['labels'], null]);
  });

  it('are set for the instance and for each Space apart, and keep the kind of their JSON', async () => {
    await set({ settings: { approval_limit: 1, greeting: 'true', labels: ['a'] } });
    const changed = await set({ space_id: 'space_a', settings: { greeting: '7' } });
    assert.deepEqual(
      changed.data.map(({ key, value, space_id }) => [key, value, space_id]),
      [['greeting', '7', 'space_a']],
    );
    assert.deepEqual(await values(), {
      approval_limit: [1, null],
      greeting: ['true', null],
      labels: [['a'], null],
    });
    assert.deepEqual(await values('space_a'), {
      approval_limit: [null, 'space_a'],
      greeting: ['7', 'space_a'],
      labels: [['a'], null],
    });
    assert.deepEqual((await values('space_b'))['greeting'], [null, 'space_b']);
  });

  it('are changed all or none, with every broken rule told', async () => {
    const before = await values();
    assert.deepEqual(
      await problems({ settings: { approval_limit: 2, greeting: 3, nothing: 1, labels: [1] } }),
      ['type /settings/greeting', 'reference /settings/nothing', 'type /settings/labels'],
    );
    assert.deepEqual(await problems({ space_id: 'space_a', settings: { labels: null } }), [
      'scope /settings/labels',
    ]);
    assert.deepEqual(await problems({ settings: { greeting: 'x'.repeat(16 * 1024) } }), [
      'size /settings/greeting',
    ]);
    assert.deepEqual(await values(), before);
  });

  it('lose their value with null, and record only what changed', async () => {
    await set({ space_id: 'space_a', settings: { greeting: null, approval_limit: null } });
    assert.deepEqual((await values('space_a'))['greeting'], [null, 'space_a']);
    const [row] = await world.query(
      "select space_id, trace -> 'before' as before, trace -> 'after' as after from audit_logs " +
        "where action = 'plugin.settings_updated' order by created_at desc, id desc limit 1",
    );
    assert.deepEqual(row, { space_id: 'space_a', before: { greeting: '7' }, after: { greeting: null } });
    const count = (await world.recorded()).length;
    await set({ space_id: 'space_a', settings: { greeting: null } });
    await set({ settings: { labels: ['a'] } });
    assert.equal((await world.recorded()).length, count, 'nothing changed, nothing recorded');
  });

  it('show no value that a later manifest has made a misfit', async () => {
    await set({ settings: { approval_limit: 12, greeting: 'hello' } });
    const { settings = [] } = invoicing();
    const other = settings.map((setting) =>
      setting.key === 'greeting' ? { key: 'greeting', type: 'boolean' as const } : setting,
    );
    await carriedOut(world.handlers, 'installPlugin', { body: { manifest: invoicing({ settings: other }) } });
    const shown = await values();
    assert.deepEqual(
      [shown['greeting'], shown['approval_limit']],
      [
        [null, null],
        [12, null],
      ],
    );
  });

  it('are 404 for an unknown plugin or Space', async () => {
    const body = { settings: { greeting: 'x' } };
    const unknown = { params: { plugin_key: 'acme.none' }, body };
    assert.equal(await refusedWith(world.handlers, 'updatePluginSettings', unknown), 'PLUGIN_NOT_FOUND');
    const nowhere = { params, body: { ...body, space_id: 'space_none' } };
    assert.equal(await refusedWith(world.handlers, 'updatePluginSettings', nowhere), 'SPACE_NOT_FOUND');
    const asked = { params: { ...params, space_id: 'space_none' } };
    assert.equal(await refusedWith(world.handlers, 'listPluginSettings', asked), 'SPACE_NOT_FOUND');
  });
});

describe('the declared types of settings', () => {
  const cases = [
    ['string', ['', 'x'], [1, null, []]],
    ['integer', [0, -3, 2 ** 53 - 1], [0.5, '1', 2 ** 53, null]],
    ['number', [0.5, 1], ['1', null, Number.POSITIVE_INFINITY]],
    ['boolean', [true, false], [0, 'true']],
    ['string_array', [[], ['a']], [['a', 1], 'a', {}]],
    ['array', [[], [1, 'a', null]], [{}, 'a']],
    ['object', [{}, { a: [1] }], [[], null, 'a']],
    ['json', ['a', 1, [], {}, false], [null]],
  ] as const;
  for (const [type, fitting, misfits] of cases) {
    it(`${type} takes what it says`, () => {
      for (const value of fitting) assert.equal(valueProblem(type, value), null, JSON.stringify(value));
      for (const value of misfits) assert.equal(fitsType(type, value), false, JSON.stringify(value));
    });
  }
});
