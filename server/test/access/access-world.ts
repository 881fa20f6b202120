import { randomBytes } from 'node:crypto';
import { PasswordHasher } from '../../src/platform/crypto/index.ts';
import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertApiKey, insertSession } from '../harness/server-credentials.ts';
import type { Column } from './access-table.ts';

/** The password of every User here. */
export const PASSWORD = 'seven quiet lanterns over water';
/** Opens ordinary registration here. */
export const REGISTRATION_TOKEN = 'registration-token-of-these-tests-0123';

/** A caller: its credential, and the ids it acts through. */
export type Caller = {
  readonly column: Column;
  readonly token?: string;
  readonly key?: string;
  readonly userId: string;
  readonly memberId: string;
  readonly bindingId: string;
};

type Level = { readonly level: string; readonly space: string | null; readonly group: string | null };

const grantOf: Partial<Record<Column, Level>> = {
  group: { level: 'group_admin', space: 'space_a', group: 'own_a' },
  spaceA: { level: 'space_admin', space: 'space_a', group: null },
  spaceB: { level: 'space_admin', space: 'space_b', group: null },
  instance: { level: 'instance_admin', space: null, group: null },
  super: { level: 'instance_super_admin', space: null, group: null },
  ended: { level: 'instance_admin', space: null, group: null },
  expiredGrant: { level: 'instance_admin', space: null, group: null },
  revokedGrant: { level: 'instance_admin', space: null, group: null },
  disabledSpace: { level: 'space_admin', space: 'space_off', group: null },
  expiredSession: { level: 'instance_admin', space: null, group: null },
  revokedSession: { level: 'instance_admin', space: null, group: null },
};
/** What is done to a caller's grant, session or User so that it does not count any more. */
const past = "created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'";
const undone: Partial<
  Record<Column, { readonly table: 'grant' | 'session' | 'user'; readonly set: string }>
> = {
  ended: { table: 'user', set: "status = 'disabled'" },
  expiredGrant: { table: 'grant', set: past },
  revokedGrant: { table: 'grant', set: "status = 'revoked', revoked_at = now()" },
  expiredSession: { table: 'session', set: past },
  revokedSession: { table: 'session', set: 'revoked_at = now()' },
};
const keyScope: Partial<Record<Column, { readonly spaceId?: string; readonly groupId?: string }>> = {
  keyI: {},
  keyA: { spaceId: 'space_a' },
  keyG: { spaceId: 'space_a', groupId: 'own_a' },
  exp: {},
  rev: {},
  dis: {},
};

const shared = `
insert into spaces (id, name, status) values ('space_off', 'Space', 'disabled');
insert into resource_types (id, key, display_name) values ('type_1', 'invoice', 'Invoice');
insert into resource_mappings (id, resource_type_id, storage_kind, table_name)
  values ('mapping_1', 'type_1', 'internal_table', 'resources');
insert into resource_actions (id, resource_type_id, key, display_name)
  select 'action_' || key, 'type_1', key, key from unnest(array['read', 'create', 'update', 'delete']) as key;
insert into permissions (id, resource, action, scope)
  select 'can_' || key, 'invoice', key, 'space' from unnest(array['read', 'create', 'update', 'delete']) as key;`;
const ofSpace = (s: string) => `
insert into spaces (id, name) values ('space_${s}', 'Space');
insert into groups (id, space_id, parent_group_id, name, path, depth) values
  ('own_${s}', 'space_${s}', null, 'Own', 'own', 0), ('other_${s}', 'space_${s}', null, 'Other', 'other', 0),
  ('target_${s}', 'space_${s}', 'own_${s}', 'Target', 'own.target', 1);
insert into members (id, space_id, display_name) values ('member_${s}', 'space_${s}', 'Member');
insert into users (id, email) values ('user_${s}', 'user_${s}@example.com');
insert into user_members (id, user_id, member_id, space_id, relation_type)
  values ('binding_${s}', 'user_${s}', 'member_${s}', 'space_${s}', 'self');
insert into roles (id, space_id, key, name) values ('role_${s}', 'space_${s}', 'clerk', 'Clerk');
insert into role_permissions (id, space_id, role_id, permission_id)
  select 'rp_${s}_' || action, 'space_${s}', 'role_${s}', id from permissions;
insert into member_roles (id, space_id, member_id, role_id)
  values ('member_role_${s}', 'space_${s}', 'member_${s}', 'role_${s}');
insert into resources (id, resource_type, space_id, group_id, owner_member_id)
  values ('invoice_${s}', 'invoice', 'space_${s}', 'own_${s}', 'member_${s}');
insert into admin_grants (id, user_id, level, space_id, permission_key)
  values ('grant_${s}', 'user_${s}', 'space_admin', 'space_${s}', 'users:read');`;

/** A server with two Spaces of the same shape, and what makes callers and disposable rows in them. */
export type AccessWorld = TestServer & {
  /** A caller of a kind: always the same one, or with `fresh` one that nobody else uses. */
  caller(column: Column, fresh?: boolean): Promise<Caller>;
  /** A name that was not given before, fit for ids, keys and path segments. */
  name(prefix: string): string;
  /** Stores a row under a new id and gives the id. */
  row(table: string, columns: Readonly<Record<string, unknown>>): Promise<string>;
  /** The audit row about something of a Space, or of the instance for null. */
  readonly auditLogId: (spaceId: string | null) => string;
  /** The API key of a Space that was stored at the start. */
  readonly keyIdOf: (spaceId: string) => string;
};

/** Starts the server and stores the two Spaces. */
export async function openAccessWorld(): Promise<AccessWorld> {
  const server = await startTestServer({
    env: {
      DATA_CONSOLE_ENABLED: 'true',
      METRICS_ENABLED: 'true',
      PLYSTRA_AUTH_REGISTRATION_ENABLED: 'true',
      PLYSTRA_AUTH_REGISTRATION_TOKEN: REGISTRATION_TOKEN,
    },
  });
  const passwordHash = await new PasswordHasher({ capacity: 2 }).hash(PASSWORD);
  await server.sql(shared + ofSpace('a') + ofSpace('b'));
  let count = 0;
  const name = (prefix: string) => {
    count += 1;
    return `${prefix}_${count}_${randomBytes(3).toString('hex')}`;
  };
  async function row(table: string, columns: Readonly<Record<string, unknown>>): Promise<string> {
    const values = { id: name(table.slice(0, 6)), ...columns };
    const marks = Object.keys(values).map((_, index) => `$${index + 1}`);
    await server.sql(
      `insert into ${table} (${Object.keys(values).join(', ')}) values (${marks.join(', ')})`,
      Object.values(values),
    );
    return values.id;
  }

  async function made(column: Column): Promise<Caller> {
    const scope = keyScope[column];
    if (scope !== undefined) {
      const { key, apiKeyId } = await insertApiKey(server, { ...scope, permissions: ['*'] });
      if (column === 'exp') await setStatus('api_keys', apiKeyId, past);
      if (column === 'rev') await setStatus('api_keys', apiKeyId, "status = 'revoked', revoked_at = now()");
      if (column === 'dis') await setStatus('api_keys', apiKeyId, "status = 'disabled'");
      return { column, key, userId: 'user_a', memberId: 'member_a', bindingId: 'binding_a' };
    }
    const s = column === 'spaceB' ? 'b' : 'a';
    const id = name('caller');
    const userId = await row('users', { id, email: `${id}@example.com`, password_hash: passwordHash });
    const memberId = await row('members', { space_id: `space_${s}`, display_name: column });
    const bindingId = await row('user_members', {
      ...{ user_id: userId, member_id: memberId, space_id: `space_${s}`, relation_type: 'self' },
    });
    await row('member_roles', { space_id: `space_${s}`, member_id: memberId, role_id: `role_${s}` });
    const grant = grantOf[column];
    const grantId =
      grant &&
      (await row('admin_grants', {
        ...{ user_id: userId, level: grant.level, space_id: grant.space, group_id: grant.group },
        permission_key: '*',
      }));
    if (column === 'none') return { column, userId, memberId, bindingId };
    const { token, sessionId } = await insertSession(server, userId, bindingId);
    const end = undone[column];
    if (end?.table === 'user') await setStatus('users', userId, end.set);
    if (end?.table === 'session') await setStatus('sessions', sessionId, end.set);
    if (end?.table === 'grant') await setStatus('admin_grants', grantId ?? '', end.set);
    return { column, token, userId, memberId, bindingId };
  }
  const setStatus = (table: string, id: string, set: string) =>
    server.sql(`update ${table} set ${set} where id = $1`, [id]);
  const callers = new Map<Column, Promise<Caller>>();
  async function caller(column: Column, fresh = false): Promise<Caller> {
    if (fresh) return made(column);
    const known = callers.get(column) ?? made(column);
    callers.set(column, known);
    return known;
  }

  const { token = '' } = await caller('super');
  const keyIds = new Map<string, string>();
  for (const s of ['space_a', 'space_b']) {
    const body = { metadata: { touched: true } };
    const { status, text } = await server.api('PATCH', `/api/v1/spaces/${s}`, { token, body });
    if (status !== 200) throw new Error(text);
    keyIds.set(s, (await insertApiKey(server, { spaceId: s, permissions: ['users:read'] })).apiKeyId);
  }
  await server.api('POST', '/api/v1/users', { token, body: { email: 'someone@example.com' } });
  const logs = await server.sql<{ id: string; space_id: string | null }>(
    'select id, space_id from audit_logs',
  );
  return {
    ...server,
    caller,
    name,
    row,
    auditLogId: (spaceId) => logs.find(({ space_id }) => space_id === spaceId)?.id ?? '',
    keyIdOf: (spaceId) => keyIds.get(spaceId) ?? '',
  };
}
