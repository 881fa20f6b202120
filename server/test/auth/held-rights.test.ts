import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError } from '../../src/contract/api-error.ts';
import { createCredentials } from '../../src/core/auth/index.ts';
import { preparedOn } from '../../src/platform/database/index.ts';
import { type AdminWorld, openAdminWorld } from './admin-world.ts';

let world: AdminWorld;
before(async () => {
  world = await openAdminWorld();
});
after(() => world.close());

const prove = async (headers: Record<string, string>) => {
  const connection = preparedOn(world.services.database.pool);
  const proven = await createCredentials(connection, world.services.hashers).authenticate(headers);
  assert.ok(proven !== null);
  return proven;
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const unauthenticated = (error: unknown) =>
  error instanceof ApiError && error.code === 'AUTHENTICATION_REQUIRED';

/** Until the work has ended or waits for a lock; tells which. */
async function settledOrWaiting(work: Promise<unknown>): Promise<'settled' | 'waiting'> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  work.then(note, note);
  for (;;) {
    if (settled) return 'settled';
    const { rows } = await world.services.database.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return 'waiting';
  }
}

async function newKey() {
  const body = {
    name: 'Key',
    level: 'space' as const,
    space_id: 'space_a',
    permission_keys: ['groups:read'],
  };
  return (await world.done('createAPIKey', { credential: world.as('root'), body })).data;
}

test('a secret that was refreshed away, logged out, rotated or revoked is not proven again', async () => {
  const taken: [Record<string, string>, () => Promise<unknown>][] = [];
  for (const end of ['refresh', 'logout'] as const) {
    await world.addUser(`user_${end}`);
    const { access_token: credential, refresh_token } = await world.logIn(`user_${end}`);
    const body = { refresh_token };
    taken.push([
      bearer(credential),
      () => (end === 'refresh' ? world.done('refreshSession', { body }) : world.done('logout', { body })),
    ]);
  }
  for (const end of ['rotateAPIKey', 'revokeAPIKey'] as const) {
    const key = await newKey();
    const sent = { credential: world.as('root'), params: { api_key_id: key.id } };
    taken.push([{ 'x-plystra-api-key': key.api_key }, () => world.done(end, sent)]);
  }
  for (const [headers, take] of taken) {
    const proven = await prove(headers);
    await take();
    for (const hold of [false, true]) {
      await world.services.database.transaction(async (tx) => {
        await assert.rejects(proven.again(tx, { hold }), unauthenticated);
      });
    }
  }
});

test('the secret before a rotation is proven again while its grace lasts', async () => {
  const key = await newKey();
  const proven = await prove({ 'x-plystra-api-key': key.api_key });
  const sent = { credential: world.as('root'), params: { api_key_id: key.id }, body: { grace_seconds: 60 } };
  await world.done('rotateAPIKey', sent);
  await world.services.database.transaction(async (tx) => {
    assert.equal((await proven.again(tx, { hold: true })).kind, 'api_key');
  });
});

test('what a mutation rests on is taken away only when the mutation is over', async () => {
  await world.addUser('user_held');
  await world.rows(`insert into admin_grants (id, user_id, level, space_id, permission_key)
    values ('ag_held', 'user_held', 'space_admin', 'space_a', 'groups:read')`);
  const root = world.as('root');
  const key = await newKey();
  const { access_token: credential } = await world.logIn('user_held');
  const takings: [Record<string, string>, () => Promise<unknown>][] = [
    [
      bearer(credential),
      () => world.done('revokeAdminGrant', { credential: root, params: { admin_grant_id: 'ag_held' } }),
    ],
    [bearer(credential), () => world.done('logout', { credential })],
    [
      { 'x-plystra-api-key': key.api_key },
      () => world.done('revokeAPIKey', { credential: root, params: { api_key_id: key.id } }),
    ],
  ];
  for (const [headers, take] of takings) {
    const proven = await prove(headers);
    let taking: Promise<unknown> | undefined;
    await world.services.database.transaction(async (tx) => {
      await proven.again(tx, { hold: true });
      taking = take();
      assert.equal(await settledOrWaiting(taking), 'waiting');
    });
    await taking;
  }
});

test('a check holds nothing up', async () => {
  await world.addUser('user_checks');
  const { access_token: credential } = await world.logIn('user_checks');
  const proven = await prove(bearer(credential));
  await world.services.database.transaction(async (tx) => {
    await proven.again(tx, { hold: false });
    assert.equal(await settledOrWaiting(world.done('logout', { credential })), 'settled');
  });
});

test('many changes at once of one login come through one after the other', async () => {
  await world.addUser('user_busy');
  await world.rows(
    `insert into members (id, space_id, display_name) values ('member_busy', 'space_a', 'Busy')`,
  );
  await world.rows(`insert into user_members (id, user_id, member_id, space_id, relation_type) values
    ('um_busy_1', 'user_busy', 'member_busy', 'space_a', 'login'),
    ('um_busy_2', 'user_busy', 'member_busy', 'space_a', 'delegate')`);
  const sessions = await Promise.all([1, 2, 3].map(() => world.logIn('user_busy')));
  const credential = sessions[0]?.access_token as string;
  const others = sessions.slice(1).map(({ access_token }) => access_token);
  const ids = await Promise.all(
    others.map(async (other) => (await world.done('getAuthMe', { credential: other })).data.session_id),
  );
  await Promise.all([
    ...Array.from({ length: 12 }, (_, at) =>
      world.done('switchMember', { credential, body: { user_member_id: `um_busy_${1 + (at % 2)}` } }),
    ),
    ...ids.map((id) => world.done('revokeOwnSession', { credential, params: { session_id: id } })),
  ]);
});

test('the header of API keys takes no session', async () => {
  await assert.rejects(prove({ 'x-plystra-api-key': world.as('root') }), unauthenticated);
});

test('a User with more bindings than a list holds switches to any of them', async () => {
  await world.addUser('user_many');
  await world.rows(`insert into members (id, space_id, display_name)
    select 'member_many_' || n, 'space_a', lpad(n::text, 4, '0') from generate_series(1, 1001) as n`);
  await world.rows(`insert into user_members (id, user_id, member_id, space_id, relation_type)
    select 'um_many_' || n, 'user_many', 'member_many_' || n, 'space_a', 'login'
    from generate_series(1, 1001) as n`);
  const { access_token: credential } = await world.logIn('user_many');
  const body = { user_member_id: 'um_many_1001' };
  const { data } = await world.done('switchMember', { credential, body });
  assert.equal(data.actor?.user_member_id, 'um_many_1001');
});

test('a right that ends, or is held through one Member, gives none that lasts longer or is wider', async () => {
  await world.addUser('user_short');
  await world.rows(`insert into user_members (id, user_id, member_id, space_id, relation_type)
    values ('um_short', 'user_short', 'member_a', 'space_a', 'login')`);
  await world.rows(`insert into admin_grants (id, user_id, member_id, level, space_id, permission_key, expires_at)
    values ('ag_short', 'user_short', null, 'space_admin', 'space_a', 'groups:read', '2100-01-01T00:00:00Z'),
      ('ag_narrow', 'user_short', 'member_a', 'space_admin', 'space_a', 'members:read', null),
      ('ag_keys', 'user_short', null, 'space_admin', 'space_a', 'api_keys:manage', null),
      ('ag_give', 'user_short', null, 'space_admin', 'space_a', 'admin_grants:manage', null)`);
  const { access_token: credential } = await world.logIn('user_short');
  const until = '2099-01-01T00:00:00.000Z';
  const late = '2100-01-01T00:00:00.001Z';
  const grant = (permission_key: string, more: object) =>
    world.call('createAdminGrant', {
      credential,
      body: { user_id: 'user_plain', level: 'space_admin', space_id: 'space_a', permission_key, ...more },
    });
  const key = (permission: string, more: object) =>
    world.call('createAPIKey', {
      credential,
      body: { name: 'K', level: 'space', space_id: 'space_a', permission_keys: [permission], ...more },
    });
  const codes = async (...replies: Promise<object>[]) =>
    (await Promise.all(replies)).map((reply) => ('code' in reply ? reply.code : 'done'));
  const refused = 'ADMIN_PERMISSION_REQUIRED';
  assert.deepEqual(
    await codes(
      grant('groups:read', {}),
      grant('groups:read', { expires_at: late }),
      grant('groups:read', { expires_at: until }),
      grant('members:read', {}),
      grant('members:read', { member_id: 'member_a' }),
      key('groups:read', {}),
      key('groups:read', { expires_at: until }),
      key('members:read', {}),
    ),
    [refused, refused, 'done', refused, 'done', refused, 'done', refused],
  );
  const forever = await newKey();
  const params = { api_key_id: forever.id };
  assert.deepEqual(
    await codes(
      world.call('rotateAPIKey', { credential, params }),
      world.call('updateAPIKey', { credential, params, body: { expires_at: late } }),
    ),
    [refused, 'done'],
    'a permanent secret is not handed over, an earlier end is no gain',
  );
});

test('a key does not put off its own end, but may be rotated by itself', async () => {
  const body = {
    name: 'Short',
    level: 'space' as const,
    space_id: 'space_a',
    permission_keys: ['api_keys:manage'],
    expires_at: '2099-01-01T00:00:00.000Z',
  };
  const { data } = await world.done('createAPIKey', { credential: world.as('root'), body });
  const sent = { credential: data.api_key, params: { api_key_id: data.id } };
  for (const expires_at of [null, '2099-01-01T00:00:00.001Z']) {
    const refusal = await world.refused('updateAPIKey', { ...sent, body: { expires_at } });
    assert.deepEqual(refusal.details, { permission: 'api_keys:manage' });
  }
  await world.done('updateAPIKey', { ...sent, body: { expires_at: '2098-01-01T00:00:00.000Z' } });
  await world.done('rotateAPIKey', sent);
});

test('a super admin for a time makes none for ever', async () => {
  await world.addUser('user_temp');
  await world.rows(`insert into admin_grants (id, user_id, level, permission_key, expires_at)
    values ('ag_temp', 'user_temp', 'instance_super_admin', '*', '2100-01-01T00:00:00Z')`);
  const { access_token: credential } = await world.logIn('user_temp');
  const body = { user_id: 'user_temp', level: 'instance_super_admin' as const, permission_key: '*' };
  const refusal = await world.refused('createAdminGrant', { credential, body });
  assert.deepEqual([refusal.code, refusal.details], ['ADMIN_PERMISSION_REQUIRED', { permission: '*' }]);
  await world.done('createAdminGrant', { credential, body: { ...body, expires_at: '2099-01-01T00:00:00Z' } });
});

test('logout takes the refresh token where the header names no session', async () => {
  await world.addUser('user_leaving');
  const key = await newKey();
  for (const credential of [key.api_key, 'nonsense', `ply_at_${'0'.repeat(64)}`]) {
    const { refresh_token, access_token } = await world.logIn('user_leaving');
    await world.done('logout', { credential, body: { refresh_token } });
    assert.equal(
      (await world.refused('getAuthMe', { credential: access_token })).code,
      'AUTHENTICATION_REQUIRED',
    );
  }
});
