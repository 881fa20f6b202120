import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { invoicing, type Manifest, openPluginsWorld, type PluginsWorld } from './plugins-world.ts';

describe('installing a plugin', () => {
  let world: PluginsWorld;
  before(async () => {
    world = await openPluginsWorld();
  });
  after(() => world.database.drop());

  const install = (manifest: Manifest, source?: string) =>
    carriedOut(world.handlers, 'installPlugin', {
      body: { manifest, ...(source === undefined ? {} : { source }) },
    });
  const state = (id: 'enablePlugin' | 'disablePlugin' | 'uninstallPlugin', plugin_key = 'acme.invoicing') =>
    carriedOut(world.handlers, id, { params: { plugin_key } });
  const params = { plugin_key: 'acme.invoicing' };
  /** `type:status` and `type.action:status` of the registry, in order. */
  const registry = async (source = 'plugin:acme.invoicing') =>
    (
      await world.query(
        `select t.key || ':' || t.status as name from resource_types t where t.source = $1
         union all select t.key || '.' || a.key || ':' || a.status
         from resource_types t join resource_actions a on a.resource_type_id = t.id where t.source = $1
         order by 1`,
        [source],
      )
    ).map(({ name }) => name);
  const revision = async () =>
    Number(
      (await world.query("select revision from graph_revisions where scope = '*'"))[0]?.['revision'] ?? 0,
    );

  it('stores the manifest with its defaults and all that it declares, and records one row', async () => {
    const { status, data, version } = await install(invoicing());
    assert.deepEqual([status, version, data.status, data.source], [201, 1, 'installed', 'local']);
    assert.deepEqual([data.resources_count, data.permissions_count, data.admin_menus_count], [2, 3, 2]);
    assert.deepEqual(data.manifest.settings[0], {
      key: 'approval_limit',
      type: 'integer',
      scope: 'space',
      description: null,
      default: 5000,
    });
    assert.deepEqual(data.manifest.capabilities, []);
    assert.deepEqual(await registry(), [
      'invoice.approve:active',
      'invoice.read:active',
      'invoice:active',
      'receipt.read:active',
      'receipt:active',
    ]);
    const mappings = await world.query('select distinct storage_kind, table_name from resource_mappings');
    assert.deepEqual(mappings, [{ storage_kind: 'plugin_managed', table_name: null }]);
    const permissions = await carriedOut(world.handlers, 'listPluginPermissions', { params });
    assert.deepEqual(
      permissions.data.map(({ id }) => id),
      ['perm_invoice_approve_group_tree', 'perm_invoice_approve_space', 'perm_receipt_read_self'],
    );
    const types = await carriedOut(world.handlers, 'listPluginResources', { params });
    assert.deepEqual(
      types.data.map(({ key, source }) => [key, source]),
      [
        ['invoice', 'plugin:acme.invoicing'],
        ['receipt', 'plugin:acme.invoicing'],
      ],
    );
    const events = await carriedOut(world.handlers, 'listPluginAuditEvents', { params });
    assert.deepEqual(
      events.data.map(({ key, risk_level, plugin_id }) => [key, risk_level, plugin_id]),
      [['invoice.approved', 'high', data.id]],
    );
    assert.deepEqual(await world.recorded(), ['plugin.installed']);
    assert.ok((await revision()) > 0);
  });

  it('writes, records and moves nothing when the same is installed again', async () => {
    const before = await revision();
    const { status, version } = await install(invoicing());
    assert.deepEqual([status, version], [200, 1]);
    assert.equal(await revision(), before);
    assert.deepEqual(await world.recorded(), ['plugin.installed']);
  });

  it('shows menu entries while the plugin is enabled, in the order of the manifest', async () => {
    const menus = async () => (await carriedOut(world.handlers, 'listPluginAdminMenus', { params })).data;
    assert.deepEqual(await menus(), []);
    assert.equal((await state('enablePlugin')).data.status, 'enabled');
    assert.deepEqual(
      (await menus()).map(({ label }) => label),
      ['Receipts', 'Invoices'],
    );
    assert.equal((await state('enablePlugin')).version, 2);
    assert.equal((await state('disablePlugin')).data.status, 'disabled');
    assert.deepEqual(await menus(), []);
    assert.deepEqual(await world.recorded(), ['plugin.installed', 'plugin.enabled', 'plugin.disabled']);
  });

  it('keeps state, values and what an operator disabled through an update', async () => {
    await world.query("update resource_types set status = 'disabled' where key = 'receipt'");
    const settings = { approval_limit: 7 };
    await carriedOut(world.handlers, 'updatePluginSettings', { params, body: { settings } });
    const { data } = await install(invoicing({ version: '0.0.2', name: 'Invoices' }));
    assert.deepEqual([data.status, data.version, data.name], ['disabled', '0.0.2', 'Invoices']);
    assert.ok((await registry()).includes('receipt:disabled'));
    const list = await carriedOut(world.handlers, 'listPluginSettings', { params });
    assert.equal(list.data.find(({ key }) => key === 'approval_limit')?.value, 7);
    await world.query("update resource_types set status = 'active' where key = 'receipt'");
  });

  it('disables types and actions that a new manifest leaves out, and brings them back with the next', async () => {
    const invoice = { key: 'invoice', display_name: 'Invoice', actions: [] };
    const read = { key: 'read', risk_level: 'normal' } as const;
    const smaller = invoicing({
      resources: [{ ...invoice, actions: [read] }],
      permissions: [],
      audit_events: [],
      admin_menu: [],
      settings: [],
    });
    const { data } = await install(smaller);
    assert.deepEqual([data.resources_count, data.permissions_count, data.admin_menus_count], [1, 0, 0]);
    assert.deepEqual(await registry(), [
      'invoice.approve:disabled',
      'invoice.read:active',
      'invoice:active',
      'receipt.read:disabled',
      'receipt:disabled',
    ]);
    assert.equal((await carriedOut(world.handlers, 'listPluginPermissions', { params })).data.length, 0);
    assert.equal((await world.query('select 1 from permissions')).length, 3, 'Permissions stay');
    assert.equal((await carriedOut(world.handlers, 'listPluginSettings', { params })).data.length, 0);
    await install(invoicing());
    assert.ok((await registry()).every((name) => String(name).endsWith(':active')));
    const list = await carriedOut(world.handlers, 'listPluginSettings', { params });
    assert.equal(list.data[0]?.value, 7, 'a value waits for its setting');
  });

  it('disables the types with an uninstallation, and an installation brings them back', async () => {
    const done = await state('uninstallPlugin');
    assert.equal(done.data.status, 'uninstalled');
    assert.deepEqual(
      (await registry()).filter((name) => !String(name).includes('.')),
      ['invoice:disabled', 'receipt:disabled'],
    );
    assert.equal((await state('uninstallPlugin')).version, done.version);
    assert.equal(await refusedWith(world.handlers, 'enablePlugin', { params }), 'PLUGIN_STATE_CONFLICT');
    const { status, data } = await install(invoicing());
    assert.deepEqual([status, data.status], [200, 'installed']);
    assert.ok((await registry()).every((name) => String(name).endsWith(':active')));
  });

  it('refuses a state that does not follow, telling those that do', async () => {
    const reply = await callCore(world.handlers, 'disablePlugin', { params });
    assert.deepEqual(
      { ...reply },
      {
        code: 'PLUGIN_STATE_CONFLICT',
        details: { state: 'installed', allowed: ['enabled', 'uninstalled'] },
        retryAfter: null,
      },
    );
    await state('enablePlugin');
    assert.equal(await refusedWith(world.handlers, 'uninstallPlugin', { params }), 'PLUGIN_STATE_CONFLICT');
    await state('disablePlugin');
    const unknown = { plugin_key: 'acme.none' };
    assert.equal(await refusedWith(world.handlers, 'enablePlugin', { params: unknown }), 'PLUGIN_NOT_FOUND');
    assert.equal(
      await refusedWith(world.handlers, 'listPluginResources', { params: unknown }),
      'PLUGIN_NOT_FOUND',
    );
  });

  it('holds If-Match', async () => {
    const { version = 0 } = await carriedOut(world.handlers, 'getPlugin', { params });
    assert.equal(
      await refusedWith(world.handlers, 'enablePlugin', { params, ifVersion: version - 1 }),
      'PRECONDITION_FAILED',
    );
    const body = { manifest: invoicing({ name: 'Other' }) };
    assert.equal(
      await refusedWith(world.handlers, 'installPlugin', { body, ifVersion: version - 1 }),
      'PRECONDITION_FAILED',
    );
    const fresh = { body: { manifest: invoicing({ id: 'acme.fresh' }) }, params: { 'If-Match': '*' } };
    const free = { ...fresh.body.manifest, resources: [], permissions: [], audit_events: [] };
    assert.equal(
      await refusedWith(world.handlers, 'installPlugin', { ...fresh, body: { manifest: free } }),
      'PRECONDITION_FAILED',
    );
    await carriedOut(world.handlers, 'installPlugin', { body, ifVersion: version });
  });

  it('leaves a Permission as it is that somebody made before, whatever ids are taken', async () => {
    await world.query(`insert into permissions (id, resource, action, scope, status)
      values ('mine', 'order', 'read', 'space', 'disabled'), ('perm_order_read_self', 'x', 'y', 'self', 'active')`);
    const resources = [
      { key: 'order', display_name: 'O', actions: [{ key: 'read', risk_level: 'low' } as const] },
      { key: 'a', display_name: 'A', actions: [{ key: 'b_c', risk_level: 'low' } as const] },
      { key: 'a_b', display_name: 'AB', actions: [{ key: 'c', risk_level: 'low' } as const] },
    ];
    const permissions: Manifest['permissions'] = [
      { resource: 'order', action: 'read', scopes: ['space', 'self'] },
      { resource: 'a', action: 'b_c', scopes: ['self'] },
      { resource: 'a_b', action: 'c', scopes: ['self'] },
    ];
    const only = { resources, permissions, audit_events: [], admin_menu: [], settings: [] };
    await install(invoicing({ id: 'acme.orders', ...only }), 'shop');
    const { data } = await carriedOut(world.handlers, 'listPluginPermissions', {
      params: { plugin_key: 'acme.orders' },
    });
    assert.deepEqual(
      data.map(({ resource, scope, status }) => [resource, scope, status]),
      [
        ['a', 'self', 'active'],
        ['a_b', 'self', 'active'],
        ['order', 'self', 'active'],
        ['order', 'space', 'disabled'],
      ],
    );
    assert.equal(data[3]?.id, 'mine');
    assert.equal(new Set(data.map(({ id }) => id)).size, 4);
    assert.equal(
      (await carriedOut(world.handlers, 'getPlugin', { params: { plugin_key: 'acme.orders' } })).data.source,
      'shop',
    );
  });

  it('stores nothing of an installation whose last statement fails', async () => {
    await world.query(`create function refuse_setting() returns trigger language plpgsql as
      $$ begin raise exception 'no'; end $$`);
    await world.query(`create trigger refuse_setting before insert on plugin_settings_definitions
      for each row execute function refuse_setting()`);
    const resources = [
      { key: 'half', display_name: 'Half', actions: [{ key: 'read', risk_level: 'low' } as const] },
    ];
    const manifest = invoicing({ id: 'acme.half', resources, permissions: [], audit_events: [] });
    await assert.rejects(install(manifest));
    await world.query('drop trigger refuse_setting on plugin_settings_definitions');
    assert.deepEqual(await world.query("select 1 from resource_types where key = 'half'"), []);
    assert.deepEqual(await world.query("select 1 from plugins where key = 'acme.half'"), []);
  });

  it('makes one plugin of many installations at once', async () => {
    const resources = [
      { key: 'race', display_name: 'Race', actions: [{ key: 'read', risk_level: 'low' } as const] },
    ];
    const manifest = invoicing({ id: 'acme.race', resources, permissions: [], audit_events: [] });
    const replies = await Promise.all(Array.from({ length: 8 }, () => install(manifest)));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201]);
  });
});
