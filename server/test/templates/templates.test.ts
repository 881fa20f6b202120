import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CoreInput } from '../../src/contract/core.ts';
import { isRefusal, type Refusal } from '../../src/contract/refusal.ts';
import { officialPlugins, pluginHandlers } from '../../src/core/plugins/index.ts';
import { requirementsOf, templateHandlers, templates } from '../../src/core/templates/index.ts';
import { callCore, carriedOut, refusedWith } from '../core-input.ts';
import { type OpenedDatabase, openTestDatabase } from '../registry/core-access.ts';

type Body = NonNullable<CoreInput<'installTemplate'>['body']>;

const tables = ['spaces', 'groups', 'roles', 'permissions', 'role_permissions', 'template_installations'];

describe('templates', () => {
  let database: OpenedDatabase;
  let handlers: ReturnType<typeof templateHandlers>;
  before(async () => {
    database = await openTestDatabase();
    handlers = templateHandlers({ database, coreVersion: '0.0.1' });
    await database.pool.query("insert into users (id, email) values ('user_root', 'root@example.com')");
    await database.pool.query("insert into spaces (id, name) values ('space_acme', 'Acme')");
  });
  after(() => database.drop());

  const preview = async (template_id: string, body: Body = {}) =>
    (await carriedOut(handlers, 'previewTemplateInstall', { params: { template_id }, body })).data;
  const install = async (template_id: string, body: Body = {}) =>
    (await carriedOut(handlers, 'installTemplate', { params: { template_id }, body })).data;
  const problems = async (template_id: string, body: Body = {}) => {
    const reply: object = await callCore(handlers, 'installTemplate', { params: { template_id }, body });
    assert.ok(isRefusal(reply), 'carried out');
    return (reply as Refusal<string>).details;
  };
  const counts = async () => {
    const rows = tables.map((table) => `select '${table}' as name, count(*)::int as n from ${table}`);
    return (await database.pool.query(rows.join(' union all '))).rows;
  };
  const installPlugins = async (...keys: string[]) => {
    const plugins = pluginHandlers({ database, coreVersion: '0.0.1' });
    for (const manifest of officialPlugins.filter(({ id }) => keys.includes(id))) {
      await carriedOut(plugins, 'installPlugin', { body: { manifest } });
    }
  };

  it('are four, listed by id page by page, and each fits the contract', async () => {
    const page = await carriedOut(handlers, 'listTemplates', { page: { limit: 3, after: null } });
    const rest = await carriedOut(handlers, 'listTemplates', { page: { limit: 3, after: page.next } });
    assert.deepEqual(
      [...page.data, ...rest.data].map(({ id }) => id),
      ['auth-ready-saas', 'blank', 'community-lite', 'internal-admin'],
    );
    assert.equal(rest.next, null);
    for (const { id } of templates) {
      await carriedOut(handlers, 'getTemplate', { params: { template_id: id } });
    }
    const params = { template_id: 'none' };
    assert.equal(await refusedWith(handlers, 'getTemplate', { params }), 'TEMPLATE_NOT_FOUND');
    assert.equal(
      await refusedWith(handlers, 'previewTemplateInstall', { params, body: {} }),
      'TEMPLATE_NOT_FOUND',
    );
    assert.equal(await refusedWith(handlers, 'installTemplate', { params, body: {} }), 'TEMPLATE_NOT_FOUND');
  });

  it('give Permissions only to Roles that they have', () => {
    for (const { permissions, roles, id } of templates) {
      const keys = roles.map(({ key }) => key);
      assert.ok(
        permissions.every(({ role }) => keys.includes(role)),
        id,
      );
    }
  });

  it('refuse another Core, an unknown Space, and no Space where they have none of their own', async () => {
    const old = templateHandlers({ database, coreVersion: '0.1.0' });
    const sent = { params: { template_id: 'blank' }, body: { space_id: 'space_acme' } };
    assert.equal(await refusedWith(old, 'installTemplate', sent), 'INCOMPATIBLE_TEMPLATE');
    assert.equal(await refusedWith(old, 'previewTemplateInstall', sent), 'INCOMPATIBLE_TEMPLATE');
    const nowhere = { ...sent, body: { space_id: 'space_none' } };
    assert.equal(await refusedWith(handlers, 'installTemplate', nowhere), 'SPACE_NOT_FOUND');
    assert.deepEqual(await problems('blank'), [
      {
        in: 'body',
        pointer: '/space_id',
        rule: 'required',
        message: 'This template has no Space of its own: name one.',
      },
    ]);
    const scopes = await database.pool.query("select 1 from graph_revisions where scope = 'space_none'");
    assert.equal(scopes.rows.length, 0, 'a refusal leaves nothing');
  });

  it('tell what is missing and refuse to go on without, changing nothing', async () => {
    const before = await counts();
    const seen = await preview('internal-admin');
    assert.deepEqual(seen.missing_plugins, ['plystra.api_keys', 'plystra.webhooks']);
    assert.deepEqual(seen.missing_capabilities, ['api_key.credential']);
    assert.deepEqual(seen.capability_providers, []);
    const places = (list: unknown) => (list as { pointer: string }[]).map(({ pointer }) => pointer);
    assert.deepEqual(places(await problems('internal-admin')), [
      '/allow_missing_plugins',
      '/allow_missing_capabilities',
    ]);
    assert.deepEqual(places(await problems('internal-admin', { allow_missing_plugins: true })), [
      '/allow_missing_capabilities',
    ]);
    assert.deepEqual(await counts(), before);
  });

  it('find plugins that are installed or enabled, not disabled ones', async () => {
    await installPlugins('plystra.api_keys', 'plystra.webhooks');
    const seen = await preview('internal-admin');
    assert.deepEqual([seen.missing_plugins, seen.missing_capabilities], [[], []]);
    assert.deepEqual(seen.capability_providers, [
      {
        capability_id: 'api_key.credential',
        plugin_key: 'plystra.api_keys',
        version: '0.0.1',
        level: 'standard',
      },
    ]);
    await database.pool.query("update plugins set status = 'disabled' where key = 'plystra.api_keys'");
    const without = await preview('internal-admin');
    assert.deepEqual(without.missing_plugins, ['plystra.api_keys']);
    assert.deepEqual(without.missing_capabilities, ['api_key.credential']);
    await database.pool.query("update plugins set status = 'enabled' where key = 'plystra.api_keys'");
  });

  it('create all that they declare under ids made from its keys, as the preview said', async () => {
    const seen = await preview('internal-admin');
    const done = await install('internal-admin');
    assert.deepEqual(done.preview, seen);
    assert.deepEqual(done.applied, {
      spaces: ['space_internal_admin_default'],
      groups: ['group_space_internal_admin_default_operations', 'group_space_internal_admin_default_finance'],
      roles: [
        'role_space_internal_admin_default_space_owner',
        'role_space_internal_admin_default_auditor',
        'role_space_internal_admin_default_operator',
      ],
      permissions: [],
      role_permissions: [
        'rp_space_internal_admin_default_space_owner_api_key_read_space',
        'rp_space_internal_admin_default_space_owner_webhook_endpoint_read_space',
      ],
    });
    const { rows } = await database.pool.query(
      `select action, space_id, resource_id, trace -> 'after' -> 'applied' -> 'spaces' as spaces
       from audit_logs where action like 'template%'`,
    );
    assert.deepEqual(rows, [
      {
        action: 'template.install',
        space_id: 'space_internal_admin_default',
        resource_id: done.installation_id,
        spaces: ['space_internal_admin_default'],
      },
    ]);
    const kept = await database.pool.query(
      'select installed_by_user_id, manifest_snapshot from template_installations',
    );
    assert.deepEqual(kept.rows, [{ installed_by_user_id: 'user_root', manifest_snapshot: done.template }]);
  });

  it('add what is missing when they are installed again, and change nothing else', async () => {
    const rolePermission = 'rp_space_internal_admin_default_space_owner_api_key_read_space';
    const update = 'update role_permissions set deleted_at = now() where id = $1';
    await database.pool.query(update, [rolePermission]);
    await database.pool.query("update groups set name = 'Ops' where path = 'operations'");
    const done = await install('internal-admin');
    assert.ok(done.preview.changes.groups.every(({ exists }) => exists));
    const { role_permissions: pairs, ...others } = done.applied;
    assert.deepEqual(others, { spaces: [], groups: [], roles: [], permissions: [] });
    assert.equal(pairs.length, 1);
    assert.notEqual(pairs[0], rolePermission, 'a removed row stays as it is; a new one takes its place');
    const { rows } = await database.pool.query("select name from groups where path = 'operations'");
    assert.deepEqual(rows, [{ name: 'Ops' }]);
  });

  it('use what a Space has under other ids, and leave ids alone that are something else', async () => {
    await database.pool.query(`insert into roles (id, space_id, key, name)
      values ('role_mine', 'space_acme', 'owner', 'Boss'), ('role_space_acme_member', 'space_acme', 'x', 'X')`);
    await database.pool.query(`insert into permissions (id, resource, action, scope)
      values ('perm_auth_challenge_read_space', 'invoice', 'approve', 'space')`);
    const done = await install('auth-ready-saas', {
      space_id: 'space_acme',
      allow_missing_plugins: true,
      allow_missing_capabilities: true,
    });
    const { spaces, roles, permissions } = done.preview.changes;
    assert.deepEqual(spaces, [{ id: 'space_acme', key: 'default', exists: true }]);
    assert.deepEqual(roles[0], { id: 'role_mine', key: 'owner', exists: true });
    assert.equal(roles.find(({ key }) => key === 'member')?.exists, false);
    assert.ok(!done.applied.roles.includes('role_space_acme_member'));
    assert.equal(permissions.length, 1);
    assert.notEqual(permissions[0]?.id, 'perm_auth_challenge_read_space');
    const { rows } = await database.pool.query(
      `select p.resource, p.action from role_permissions rp join permissions p on p.id = rp.permission_id
       where rp.role_id = 'role_mine'`,
    );
    assert.deepEqual(rows, [{ resource: 'auth_challenge', action: 'read' }]);
  });

  it('leave nothing behind when the last statement fails', async () => {
    const before = await counts();
    await database.pool.query(`create function refuse_row() returns trigger language plpgsql as
      $$ begin raise exception 'no'; end $$`);
    await database.pool.query(`create trigger refuse_row before insert on template_installations
      for each row execute function refuse_row()`);
    await assert.rejects(install('community-lite', { allow_missing_plugins: true }));
    await database.pool.query('drop trigger refuse_row on template_installations');
    assert.deepEqual(await counts(), before);
  });

  it('are installed once by two installations at once', async () => {
    const body = { allow_missing_plugins: true };
    const both = await Promise.all([install('community-lite', body), install('community-lite', body)]);
    assert.deepEqual(both.map(({ applied }) => applied.groups.length).sort(), [0, 2]);
  });

  it('go into a Space with an id of any length', async () => {
    const space_id = `s${'x'.repeat(127)}`;
    await database.pool.query('insert into spaces (id, name) values ($1, $1)', [space_id]);
    const body = { space_id, allow_missing_plugins: true };
    const { applied } = await install('community-lite', body);
    assert.ok([...applied.groups, ...applied.role_permissions].every((id) => id.length <= 128));
  });
});

describe('required capabilities', () => {
  const [internalAdmin] = templates.filter(({ id }) => id === 'internal-admin');
  const offer = (version: string, level: 'experimental' | 'standard' | 'enterprise', key = 'a.keys') => ({
    key,
    capabilities: [{ id: 'api_key.credential', version, level, description: null }],
  });
  it('are provided in the version and at the level asked for, by the best provider', () => {
    assert.ok(internalAdmin !== undefined);
    const missing = (...plugins: ReturnType<typeof offer>[]) =>
      requirementsOf(internalAdmin, plugins).missing_capabilities;
    assert.deepEqual(missing(offer('0.1.0', 'standard')), ['api_key.credential']);
    assert.deepEqual(missing(offer('0.0.1', 'experimental')), ['api_key.credential']);
    assert.deepEqual(missing(offer('0.0.1', 'enterprise')), []);
    const offers = [
      offer('0.0.2', 'standard', 'a.a'),
      offer('0.0.1', 'enterprise', 'z.z'),
      offer('0.0.10', 'enterprise', 'm.m'),
    ];
    const [provider] = requirementsOf(internalAdmin, offers).capability_providers;
    assert.equal(provider?.plugin_key, 'm.m');
  });
});
