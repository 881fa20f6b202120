import { randomBytes } from 'node:crypto';
import { mintApiKey, mintToken } from '../../src/platform/crypto/index.ts';
import type { Behind, TestServer } from './server.ts';

/** A session as a test uses it. */
export type TestSession = { readonly token: string; readonly sessionId: string; readonly userId: string };

/** An API key as a test uses it. */
export type TestApiKey = { readonly key: string; readonly apiKeyId: string };

/** How far an API key reaches, what it may do, and until when. */
export type KeyScope = {
  readonly spaceId?: string;
  readonly groupId?: string;
  readonly permissions: readonly string[];
  readonly expiresAt?: Date;
};

/** Registers the first super admin over HTTP, and gives its session. */
export async function bootstrap(server: TestServer): Promise<TestSession> {
  const token = server.bootstrapToken;
  const body = {
    email: 'root@example.com',
    password: 'correct battery staple horses',
    registration_token: token,
  };
  const answer = await server.api<{ access_token: string; user: { id: string } }>(
    'POST',
    '/api/v1/auth/register',
    { body },
  );
  if (answer.status !== 201) throw new Error(`The first super admin was refused: ${answer.text}`);
  const { access_token: session, user } = answer.body.data;
  const rows = await server.sql<{ id: string }>('select id from sessions where user_id = $1', [user.id]);
  return { token: session, sessionId: rows[0]?.id ?? '', userId: user.id };
}

/** Stores a User. */
export async function insertUser(server: Behind, userId: string): Promise<void> {
  await server.sql('insert into users (id, email) values ($1, $2)', [userId, `${userId}@example.com`]);
}

/** Stores a User who is super admin of the instance, and a session of it. */
export async function insertSuperAdmin(server: Behind, userId = 'root'): Promise<TestSession> {
  await insertUser(server, userId);
  await server.sql(
    `insert into admin_grants (id, user_id, level, permission_key)
     values ($1, $2, 'instance_super_admin', '*')`,
    [`grant_${userId}`, userId],
  );
  return insertSession(server, userId);
}

/** Stores a session of a User; with a binding it acts through that one's Member. */
export async function insertSession(
  server: Behind,
  userId: string,
  userMemberId: string | null = null,
): Promise<TestSession> {
  const token = mintToken('ply_at_');
  const sessionId = `session_${randomBytes(8).toString('hex')}`;
  await server.sql(
    `insert into sessions (id, user_id, active_space_id, active_member_id, active_user_member_id,
       access_token_hash, refresh_token_hash, expires_at, refresh_expires_at, absolute_expires_at)
     select $1, $2, b.space_id, b.member_id, b.id, $4, $5,
       now() + interval '1 hour', now() + interval '1 day', now() + interval '2 days'
     from (select $3::text as wanted) as one left join user_members b on b.id = wanted`,
    [
      sessionId,
      userId,
      userMemberId,
      server.hashers.accessToken.hash(token),
      server.hashers.refreshToken.hash(mintToken('ply_rt_')),
    ],
  );
  return { token, sessionId, userId };
}

/** Stores an API key of the level that its scope names. */
export async function insertApiKey(server: Behind, scope: KeyScope): Promise<TestApiKey> {
  const apiKeyId = `key_${randomBytes(8).toString('hex')}`;
  const key = mintApiKey(apiKeyId);
  const level = scope.groupId !== undefined ? 'group' : scope.spaceId !== undefined ? 'space' : 'instance';
  await server.sql(
    `insert into api_keys (id, name, key_prefix, key_hash, level, space_id, group_id, permission_keys, expires_at)
     values ($1, 'Test', $2, $3, $4, $5, $6, $7, $8)`,
    [
      apiKeyId,
      `ply_ak_${apiKeyId}`,
      server.hashers.apiKey.hash(key),
      level,
      scope.spaceId ?? null,
      scope.groupId ?? null,
      scope.permissions,
      scope.expiresAt ?? null,
    ],
  );
  return { key, apiKeyId };
}
