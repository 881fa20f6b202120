import { startTestServer, type TestServer } from '../harness/server.ts';
import { insertSession, type TestSession } from '../harness/server-credentials.ts';
import { insertWorld } from '../harness/server-world.ts';

/** Opens ordinary registration in these tests. */
export const REGISTRATION_TOKEN = 'registration-token-of-these-tests-0123';
/** The password of the Users whose login is tested. */
export const PASSWORD = 'seven quiet lanterns over water';

const permissions = ['create', 'update', 'delete'];

/** A server with a small world, and what is needed to prepare objects in it. */
export type MutationWorld = TestServer & {
  /** `user_1`: super admin, acting through `member_1` of `space_1`, who may do everything with invoices. */
  readonly root: TestSession;
  /** A new name on each call, fit for ids, keys and path segments. */
  name(prefix: string): string;
  /** Creates an object as `root` and gives the data of the answer; whatever else comes is an error. */
  made(path: string, body: unknown): Promise<Made>;
  /** Creates a User with `PASSWORD` and logs it in. */
  loggedIn(): Promise<LoggedIn>;
  /** Everything secret that was used so far. No audit row may hold any of it. */
  readonly secrets: Set<string>;
};

/** Data of an answer with the id that all objects have. */
export type Made = Readonly<Record<string, unknown>> & { readonly id: string };

/** A User with a session of its own. */
export type LoggedIn = {
  readonly userId: string;
  readonly email: string;
  readonly sessionId: string;
  readonly token: string;
  readonly refreshToken: string;
};

/** Starts the server of a test file about mutations. */
export async function openMutationWorld(): Promise<MutationWorld> {
  const server = await startTestServer({
    env: {
      DATA_CONSOLE_ENABLED: 'true',
      PLYSTRA_AUTH_REGISTRATION_ENABLED: 'true',
      PLYSTRA_AUTH_REGISTRATION_TOKEN: REGISTRATION_TOKEN,
    },
  });
  await insertWorld(server);
  await server.sql(`
    insert into admin_grants (id, user_id, level, permission_key)
      values ('grant_user_1', 'user_1', 'instance_super_admin', '*');
    insert into members (id, space_id, display_name) values ('member_2', 'space_1', 'Second');
    insert into user_members (id, user_id, member_id, space_id, relation_type)
      values ('binding_2', 'user_1', 'member_2', 'space_1', 'self')`);
  for (const action of permissions) {
    await server.sql(
      `insert into resource_actions (id, resource_type_id, key, display_name) values ($1, 'type_1', $2, $2)`,
      [`action_${action}`, action],
    );
    await server.sql(
      `insert into permissions (id, resource, action, scope) values ($1, 'invoice', $2, 'space')`,
      [`permission_${action}`, action],
    );
    await server.sql(
      `insert into role_permissions (id, space_id, role_id, permission_id) values ($1, 'space_1', 'role_1', $2)`,
      [`role_permission_${action}`, `permission_${action}`],
    );
  }
  const root = await insertSession(server, 'user_1', 'binding_1');
  const secrets = new Set([PASSWORD, REGISTRATION_TOKEN, root.token]);
  let names = 0;
  const name = (prefix: string) => {
    names += 1;
    return `${prefix}_${names}`;
  };
  async function made(path: string, body: unknown): Promise<Made> {
    const answer = await server.api<Made>('POST', path, { token: root.token, body });
    if (answer.status !== 201 && answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
    for (const secret of secretsIn(answer.body.data)) secrets.add(secret);
    return answer.body.data;
  }
  async function loggedIn(): Promise<LoggedIn> {
    const id = name('user_login');
    const email = `${id}@example.com`;
    await made('/api/v1/users', { id, email, password: PASSWORD });
    const answer = await server.api<{ access_token: string; refresh_token: string }>(
      'POST',
      '/api/v1/auth/login',
      { body: { email, password: PASSWORD } },
    );
    if (answer.status !== 200) throw new Error(answer.text);
    const { access_token: token, refresh_token: refreshToken } = answer.body.data;
    for (const secret of [token, refreshToken]) secrets.add(secret);
    const rows = await server.sql<{ id: string }>('select id from sessions where user_id = $1', [id]);
    return { userId: id, email, sessionId: rows[0]?.id ?? '', token, refreshToken };
  }
  return { ...server, root, name, made, loggedIn, secrets };
}

/** The tokens and key secrets that an answer shows, wherever in it they stand. */
export function secretsIn(data: unknown): string[] {
  return (
    JSON.stringify(data ?? null).match(/ply_(?:at|rt)_[A-Za-z0-9_-]+|ply_ak_[A-Za-z0-9_.:-]+\.[0-9a-f]+/g) ??
    []
  );
}
