import type { Behind } from '../../server/test/harness/server.ts';
import { send } from '../../server/test/harness/server-http.ts';
import { insertWorld } from '../../server/test/harness/server-world.ts';

/** The binding through which the super admin acts as `member_1`. */
export const ROOT_BINDING = 'binding_root';

/**
 * Stores the rows that `schemathesis.toml` gives the ids of, so that calls get past "there is no such thing": the world
 * of `insertWorld`, which the questions and the rows of the Data Console are about, and beside it in `space_1` some more
 * of each kind, from 2 to 10, for calls that take things away.
 */
export async function insertFuzzWorld(server: Behind, rootId: string): Promise<void> {
  await insertWorld(server);
  await server.sql(`
    insert into permissions (id, resource, action, scope)
      select 'permission_1_' || a, 'invoice', a, 'space' from unnest(array['create', 'update', 'delete']) a;
    insert into role_permissions (id, space_id, role_id, permission_id)
      select 'role_permission_1_' || a, 'space_1', 'role_1', 'permission_1_' || a
      from unnest(array['create', 'update', 'delete']) a;
    insert into users (id, email) select 'user_' || n, 'user_' || n || '@example.com' from generate_series(2, 10) n;
    insert into groups (id, space_id, name, path, depth)
      select 'group_' || n, 'space_1', 'Group ' || n, 'g' || n, 0 from generate_series(2, 10) n;
    insert into members (id, space_id, display_name)
      select 'member_' || n, 'space_1', 'Member ' || n from generate_series(2, 10) n;
    insert into user_members (id, user_id, member_id, space_id, relation_type)
      select 'binding_' || n, 'user_' || n, 'member_' || n, 'space_1', 'self' from generate_series(2, 10) n;
    insert into resource_types (id, key, display_name)
      select 'type_' || n, 'kind_' || n, 'Kind ' || n from generate_series(2, 10) n;
    insert into resource_actions (id, resource_type_id, key, display_name)
      select 'action_' || n, 'type_' || n, 'read', 'Read' from generate_series(2, 10) n;
    insert into permissions (id, resource, action, scope)
      select 'permission_' || n, 'kind_' || n, 'read', 'space' from generate_series(2, 10) n;
    insert into roles (id, space_id, key, name)
      select 'role_' || n, 'space_1', 'role_' || n, 'Role ' || n from generate_series(2, 10) n;
    insert into role_permissions (id, space_id, role_id, permission_id)
      select 'role_permission_' || n, 'space_1', 'role_' || n, 'permission_' || n from generate_series(2, 10) n;
    insert into member_roles (id, space_id, member_id, role_id)
      select 'member_role_' || n, 'space_1', 'member_' || n, 'role_' || n from generate_series(2, 10) n;
    insert into resources (id, resource_type, space_id)
      select 'invoice_' || n, 'invoice', 'space_1' from generate_series(2, 10) n;
    insert into resource_mappings (id, resource_type_id, table_name) values ('mapping_1', 'type_1', 'resources');
    insert into admin_grants (id, user_id, level, space_id, permission_key)
      select 'grant_' || n, 'user_' || n, 'space_admin', 'space_1', '*' from generate_series(2, 10) n;
    insert into api_keys (id, name, key_prefix, key_hash, level, space_id, permission_keys)
      select 'key_' || n, 'Key ' || n, 'ply_key_' || n, md5(n::text) || md5(n::text), 'space', 'space_1', '{*}'
      from generate_series(2, 10) n;`);
  await server.sql(
    `insert into user_members (id, user_id, member_id, space_id, relation_type)
     values ($1, $2, 'member_1', 'space_1', 'self')`,
    [ROOT_BINDING, rootId],
  );
}

/** Installs a plugin with a setting: what belongs to a plugin is made out of its manifest. */
export async function installFuzzPlugin(url: string, token: string): Promise<void> {
  const manifest = {
    manifest_version: '1.0',
    plugin_api_version: '1.0',
    id: 'acme.notes',
    name: 'Notes',
    version: '0.0.1',
    requires_core: '>=0.0.1',
    resources: [{ key: 'note', display_name: 'Note', actions: [{ key: 'read', risk_level: 'low' }] }],
    permissions: [{ resource: 'note', action: 'read', scopes: ['space'] }],
    audit_events: [{ key: 'note.read', risk_level: 'low' }],
    settings: [{ key: 'approval_limit', type: 'integer', scope: 'space', default: 5000 }],
  };
  const answer = await send(url, 'POST', '/api/v1/plugins/install', {
    token,
    body: { manifest, source: 'local' },
  });
  if (answer.status !== 201) throw new Error(`The plugin was refused: ${answer.text}`);
}

/** Puts right again what everything in that world hangs on, whatever the calls made of it, and forgets throttles. */
export async function restoreFuzzWorld(server: Behind): Promise<void> {
  await server.sql(`
    delete from throttles;
    update resource_mappings set status = 'active', storage_kind = 'internal_table', table_name = 'resources'
      where id = 'mapping_1';
    update users set status = 'active', deleted_at = null where id = 'user_1' and status <> 'active';
    update spaces set status = 'active', deleted_at = null where id = 'space_1' and status <> 'active';
    update members set status = 'active', deleted_at = null where id = 'member_1' and status <> 'active';
    update roles set status = 'active', deleted_at = null where id = 'role_1' and status <> 'active';
    update user_members set status = 'active', revoked_at = null, revoked_reason = null, expires_at = null,
      deleted_at = null where id in ('binding_1', 'binding_root');`);
}
