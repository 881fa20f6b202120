import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { officialPlugins } from '../../src/core/plugins/index.ts';
import { brokenRules } from '../../src/core/plugins/manifest-rules.ts';
import { carriedOut } from '../core-input.ts';
import {
  CORE_VERSION,
  invoicing,
  type Manifest,
  openPluginsWorld,
  type PluginsWorld,
} from './plugins-world.ts';

const rulesOf = (manifest: Manifest) =>
  brokenRules(manifest, CORE_VERSION).map(({ rule, pointer }) => `${rule} ${pointer}`);

describe('the rules of manifests', () => {
  it('finds nothing wrong with a right one', () => assert.deepEqual(rulesOf(invoicing()), []));

  it('holds requires_core against the running version', () => {
    assert.deepEqual(rulesOf(invoicing({ requires_core: '>=0.1.0' })), ['requires_core /requires_core']);
  });

  it('refuses a key that an entry before has, in every list', () => {
    const { resources = [], audit_events = [], admin_menu = [], settings = [] } = invoicing();
    const [first = resources[0]] = resources;
    assert.ok(first !== undefined);
    const twice = { ...first, key: 'other', actions: [...first.actions, ...first.actions] };
    const capability = { id: 'a.b', version: '1.0.0', level: 'standard' } as const;
    const broken = rulesOf(
      invoicing({
        resources: [...resources, first, twice],
        audit_events: [...audit_events, ...audit_events],
        admin_menu: [...admin_menu, ...admin_menu.slice(0, 1)],
        settings: [...settings, { key: 'greeting', type: 'json' }],
        capabilities: [capability, { ...capability, level: 'experimental' }],
        requires_capabilities: [
          { id: 'c.d', version: '>=1.0.0' },
          { id: 'c.d', version: '>=2.0.0' },
        ],
      }),
    );
    assert.deepEqual(broken, [
      'unique /resources/2/key',
      'unique /resources/3/actions/2/key',
      'unique /resources/3/actions/3/key',
      'unique /audit_events/1/key',
      'unique /admin_menu/2/path',
      'unique /settings/3/key',
      'unique /capabilities/1/id',
      'unique /requires_capabilities/1/id',
    ]);
  });

  it('lets Permissions name only resources and actions of the manifest, and each of them once', () => {
    const permissions: Manifest['permissions'] = [
      { resource: 'order', action: 'read', scopes: ['space'] },
      { resource: 'invoice', action: 'pay', scopes: ['space'] },
      { resource: 'invoice', action: 'read', scopes: ['space'] },
      { resource: 'invoice', action: 'read', scopes: ['self', 'space'] },
    ];
    assert.deepEqual(rulesOf(invoicing({ permissions })), [
      'reference /permissions/0/resource',
      'reference /permissions/1/action',
      'unique /permissions/3/scopes/1',
    ]);
  });

  it('refuses keys of settings that look like a secret, and defaults that do not fit', () => {
    const settings: Manifest['settings'] = [
      { key: 'smtp.password', type: 'string' },
      { key: 'client_secret', type: 'string' },
      { key: 'access_token', type: 'string' },
      { key: 'provider_api_key', type: 'string' },
      { key: 'token_ttl', type: 'integer', default: 5 },
      { key: 'limit', type: 'integer', default: 1.5 },
      { key: 'empty', type: 'integer', default: null },
      { key: 'long', type: 'json', default: 'x'.repeat(16 * 1024) },
    ];
    assert.deepEqual(rulesOf(invoicing({ settings })), [
      'secret /settings/0/key',
      'secret /settings/1/key',
      'secret /settings/2/key',
      'secret /settings/3/key',
      'type /settings/5/default',
      'size /settings/7/default',
    ]);
  });
});

describe('validating a manifest', () => {
  let world: PluginsWorld;
  before(async () => {
    world = await openPluginsWorld();
  });
  after(() => world.database.drop());

  const report = async (body: Record<string, unknown>) => {
    const reply = await carriedOut(world.handlers, 'validatePluginManifest', { body });
    return reply.data;
  };
  const found = async (body: Record<string, unknown>) =>
    (await report(body)).errors.map(({ rule, pointer }) => `${rule} ${pointer}`);

  it('answers 200 with broken forms and broken rules together, and stores nothing', async () => {
    const candidate = {
      ...invoicing({ requires_core: '>=9.0.0' }),
      id: 'single',
      extra: true,
      resources: [{ key: 'Invoice', display_name: 'Invoice', actions: [] }, 7],
      permissions: [
        { resource: 'invoice', action: 'read', scopes: ['global'] },
        { resource: 'order', action: 'read', scopes: ['space'] },
      ],
      admin_menu: [{ label: 'x', path: '/elsewhere', required_permission: 'a:b:space' }],
      settings: [
        { key: 'api_key', type: 'string' },
        { key: 'x', type: 'date' },
      ],
    };
    assert.deepEqual((await found(candidate)).sort(), [
      'additionalProperties /extra',
      'enum /permissions/0/scopes/0',
      'enum /settings/1/type',
      'minItems /resources/0/actions',
      'pattern /admin_menu/0/path',
      'pattern /id',
      'pattern /resources/0/key',
      'requires_core /requires_core',
      'secret /settings/0/key',
      'type /resources/1',
    ]);
    assert.deepEqual(await world.query('select 1 from plugins'), []);
  });

  it('answers to anything at all', async () => {
    assert.equal((await report({})).valid, false);
    assert.equal((await report({ resources: { length: 3 }, settings: null, id: [] })).valid, false);
    const long = { ...invoicing(), resources: Array.from({ length: 300 }, () => ({})) };
    assert.equal((await report(long)).errors.length <= 100, true);
  });

  it('leaves the manifest as it was sent', async () => {
    const manifest = invoicing({ requires_capabilities: [{ id: 'a.b', version: '1.0.0' }] });
    const sent = structuredClone(manifest) as unknown as Record<string, unknown>;
    assert.equal((await report(sent)).valid, true);
    assert.deepEqual(sent, manifest);
  });

  it('finds types and events that belong to somebody else', async () => {
    await world.query("insert into resource_types (id, key, display_name) values ('rt_1', 'receipt', 'R')");
    await world.query(
      "insert into audit_event_types (id, key, display_name) values ('e', 'invoice.approved', 'A')",
    );
    const manifest = invoicing();
    assert.deepEqual(await found({ ...manifest }), ['source /resources/1/key', 'taken /audit_events/0/key']);
    assert.deepEqual(await world.problems(manifest), [
      'source /manifest/resources/1/key',
      'taken /manifest/audit_events/0/key',
    ]);
    assert.deepEqual(await world.query('select 1 from plugins'), []);
    assert.deepEqual(await world.recorded(), []);
  });

  it('finds nothing wrong with the official plugins, which can be installed side by side', async () => {
    for (const manifest of officialPlugins) {
      assert.deepEqual(await found({ ...manifest }), [], manifest.id);
      await carriedOut(world.handlers, 'installPlugin', { body: { manifest } });
    }
    const page = await carriedOut(world.handlers, 'listPlugins', { page: { limit: 3, after: null } });
    assert.equal(page.data.length, 3);
    const rest = await carriedOut(world.handlers, 'listPlugins', { page: { limit: 50, after: page.next } });
    const names = [...page.data, ...rest.data].map(({ name }) => name);
    assert.deepEqual(names, officialPlugins.map(({ name }) => name).sort());
    assert.ok([...page.data, ...rest.data].every(({ source }) => source === 'official'));
  });
});
