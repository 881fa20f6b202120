import type pg from 'pg';
import { ApiError } from '../../src/contract/api-error.ts';
import type { Principal } from '../../src/contract/ports.ts';
import { authSecrets, createCredentials, createRecall, Touches } from '../../src/core/auth/index.ts';
import { loadGraph, storedRows } from '../../src/core/graph/index.ts';
import { mintApiKey, mintToken } from '../../src/platform/crypto/index.ts';
import { millisecondsOf, preparedOn } from '../../src/platform/database/index.ts';
import { insertWorld } from '../platform/schema-fixture.ts';

const earlier = {
  session: 'session-secret-before-the-rotation-01',
  apiKey: 'api-key-secret-before-the-rotation-01',
};
const ring = (current: string, previous: string) => ({ current, previous: [previous] });
const { hashers } = authSecrets(
  ring('session-secret-of-the-tests-0123456789', earlier.session),
  ring('api-key-secret-of-the-tests-0123456789', earlier.apiKey),
);
const before = authSecrets(
  { current: earlier.session, previous: [] },
  { current: earlier.apiKey, previous: [] },
).hashers;

/** The credentials of the world: a key of each level, and a session that acts through `um_a`. */
export const credentials = {
  instance: mintApiKey('key_instance'),
  space: mintApiKey('key_space'),
  group: mintApiKey('key_group'),
  session: mintToken('ply_at_'),
};
/** The secret that the key of a Space had before its rotation. */
export const rotatedAway = mintApiKey('key_space');

/** SQL literals of what is kept of the credentials, under the present secret and under the one before. */
export const hashes = {
  rotatedAway: `'${hashers.apiKey.hash(rotatedAway)}'`,
  earlierKey: `'${before.apiKey.hash(credentials.space)}'`,
  earlierSession: `'${before.accessToken.hash(credentials.session)}'`,
};

/** Stores the credentials beside the world of `insertWorld`, and grants of the User of the session. */
export async function insertCallers(client: pg.ClientBase): Promise<void> {
  await insertWorld(client);
  const key = (name: 'instance' | 'space' | 'group') => hashers.apiKey.hash(credentials[name]);
  await client.query(
    `insert into api_keys (id, name, key_prefix, key_hash, level, space_id, group_id, permission_keys,
         created_by_user_id) values
       ('key_instance', 'K', 'k', '${key('instance')}', 'instance', null, null, '{authz:check,audit:read}', 'user_2'),
       ('key_space', 'K', 'k', '${key('space')}', 'space', 'space_a', null, '{authz:check}', null),
       ('key_group', 'K', 'k', '${key('group')}', 'group', 'space_a', 'group_a_apac', '{authz:check}', null);
     insert into sessions (id, user_id, access_token_hash, refresh_token_hash, expires_at, refresh_expires_at,
         absolute_expires_at, active_space_id, active_member_id, active_user_member_id)
       select 'session_a', user_id, '${hashers.accessToken.hash(credentials.session)}', repeat('r', 64),
         now() + '1 hour', now() + '1 hour', now() + '2 hours', space_id, member_id, id
       from user_members where id = 'um_a';
     insert into admin_grants (id, user_id, level, permission_key, space_id, group_id, member_id)
       select g.id, user_id, level, key, g.space_id, group_id, g.member_id
       from user_members, (values
         ('grant_1', 'instance_admin', 'audit:read', null, null, null),
         ('grant_2', 'space_admin', 'authz:check', 'space_b', null, null),
         ('grant_3', 'group_admin', 'authz:check', 'space_a', 'group_a_apac', null),
         ('grant_4', 'space_admin', 'members:read', 'space_a', null, 'member_a'),
         ('grant_5', 'instance_super_admin', '*', null, null, null)
       ) as g (id, level, key, space_id, group_id, member_id) where user_members.id = 'um_a'`,
  );
}

/** A memory of callers as the database is now, which keeps the rows that it reads. */
export async function memoryOf(client: pg.ClientBase) {
  const connection = preparedOn(client);
  const graph = await loadGraph(connection);
  const { rows } = await client.query(`select ${millisecondsOf('now()')} as now`);
  const now = Number(rows[0].now);
  const touches = new Touches(connection);
  const recall = createRecall({
    ...{ follower: { graph }, rows: storedRows(connection), clock: { now: () => now }, hashers, touches },
  });
  const recalled = async (credential: string) => {
    const known = await recall({ authorization: `Bearer ${credential}` });
    await touches.settled();
    return known;
  };
  return { now, recalled };
}

/** Whom the database and whom memory take for the holder of a credential; null where it is refused or not known. */
export async function bothAnswers(client: pg.ClientBase, credential: string) {
  const connection = preparedOn(client);
  const headers = { authorization: `Bearer ${credential}` };
  const memory = await memoryOf(client);
  const { now } = memory;
  const recalled = await memory.recalled(credential);
  const proven = await createCredentials(connection, hashers)
    .authenticate(headers)
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'AUTHENTICATION_REQUIRED') return null;
      throw error;
    });
  return {
    now,
    memory: recalled?.memory ?? null,
    recalled: recalled === null ? null : inOrder(recalled.principal),
    proven: proven === null ? null : inOrder(proven.principal),
  };
}

function inOrder(principal: Principal): unknown {
  const rights = principal.rights.map((right) => JSON.stringify(right, Object.keys(right).sort()));
  const reaches = principal.rights.map(({ reach }) => JSON.stringify(Object.entries(reach).sort()));
  return { ...principal, rights: rights.map((right, at) => `${right} ${reaches[at]}`).sort() };
}
