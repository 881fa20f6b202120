import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type AuthWorld,
  BOOTSTRAP_TOKEN,
  openAuthWorld,
  PASSWORD,
  REGISTRATION_TOKEN,
  worldOf,
} from './auth-world.ts';

let world: AuthWorld;
before(async () => {
  world = await openAuthWorld();
});
after(() => world.close());

test('a token before the bootstrap opens nothing but the bootstrap', async () => {
  for (const token of [REGISTRATION_TOKEN, `${BOOTSTRAP_TOKEN}x`, BOOTSTRAP_TOKEN.toUpperCase()]) {
    const body = { email: 'early@example.com', password: PASSWORD, registration_token: token };
    assert.equal((await world.refused('register', { body })).code, 'REGISTRATION_DISABLED');
  }
  assert.deepEqual(await world.rows('select from users'), []);
});

test('of 50 bootstraps at once exactly one makes a super admin', async () => {
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      world.call('register', {
        body: { email: `first-${at}@example.com`, password: PASSWORD, registration_token: BOOTSTRAP_TOKEN },
        ip: `192.0.2.${at}`,
      }),
    ),
  );
  const made = replies.filter((reply) => 'status' in reply && reply.status === 201);
  assert.equal(made.length, 1);
  const codes = new Set(replies.map((reply) => ('code' in reply ? reply.code : 'made')));
  assert.deepEqual([...codes].sort(), ['REGISTRATION_DISABLED', 'made']);
  const counts = await world.rows(`select (select count(*) from users)::int as users,
    (select count(*) from admin_grants where level = 'instance_super_admin' and permission_key = '*')::int as grants,
    (select count(*) from members)::int as members, (select count(*) from user_members)::int as bindings,
    (select count(*) from sessions)::int as sessions, (select count(*) from spaces)::int as spaces`);
  assert.deepEqual(counts, [{ users: 1, grants: 1, members: 1, bindings: 1, sessions: 1, spaces: 1 }]);
  for (const action of ['auth.registered', 'space.created', 'member.created', 'admin_grant.created']) {
    assert.equal(await world.recorded(action), 1, action);
  }
});

test('what was registered is told, and no secret is in the audit log', async () => {
  const body = {
    email: 'Alice@Example.com',
    password: PASSWORD,
    username: 'alice',
    registration_token: REGISTRATION_TOKEN,
    metadata: { team: 'a' },
  };
  const { data } = await world.done('register', { body });
  assert.equal(data.registration_mode, 'ordinary');
  assert.equal(data.user.email, 'alice@example.com');
  assert.equal(data.actor?.space_id, 'space_default');
  assert.equal(data.available_members[0]?.member_display_name, 'alice');
  assert.equal(data.available_members[0]?.is_primary, true);
  assert.equal(data.available_members[0]?.relation_type, 'self');
  assert.deepEqual(
    [data.bootstrap_super_admin, data.bootstrap_admin_grant_id, data.space_admin_grant_id, data.user_only],
    [false, null, null, false],
  );
  assert.deepEqual(await world.rows('select from admin_grants where user_id = $1', [data.user.id]), []);
  const me = await world.done('getAuthMe', { credential: data.access_token as string });
  assert.equal(me.data.user.id, data.user.id);
  const [log] = await world.rows(`select string_agg(to_jsonb(a)::text, ' ') as text from audit_logs a`);
  const text = log?.['text'] as string;
  for (const secret of [PASSWORD, REGISTRATION_TOKEN, BOOTSTRAP_TOKEN, 'ply_at_', 'ply_rt_', 'argon2id']) {
    assert.ok(!text.includes(secret), secret);
  }
  const taken = await world.refused('register', { body: { ...body, email: 'ALICE@example.com' } });
  assert.equal(taken.code, 'USER_CREATE_FAILED');
  assert.deepEqual(taken.details, { field: 'email' });
});

test('a disabled and deleted default Space comes back with the next registration', async () => {
  await world.rows(`update spaces set status = 'disabled', deleted_at = now() where id = 'space_default'`);
  const body = { email: 'ben@example.com', password: PASSWORD, registration_token: REGISTRATION_TOKEN };
  const { data } = await world.done('register', { body });
  assert.equal(data.actor?.space_id, 'space_default');
  assert.deepEqual(await world.rows(`select status, deleted_at from spaces where id = 'space_default'`), [
    { status: 'active', deleted_at: null },
  ]);
});

test('without a token there is a User alone, and only so many from one address', async () => {
  const register = (at: number, ip: string) =>
    world.call('register', { body: { email: `public-${at}@example.com`, password: PASSWORD }, ip });
  const first = await world.done('register', {
    body: { email: 'public@example.com', password: PASSWORD },
    ip: '2001:db8::1',
  });
  assert.deepEqual(
    [first.data.registration_mode, first.data.user_only, first.data.access_token, first.data.actor],
    ['public_user_only', true, null, null],
  );
  const replies = await Promise.all([1, 2, 3, 4, 5].map((at) => register(at, `2001:db8::${at + 1}`)));
  const refused = replies.filter((reply) => 'code' in reply);
  assert.equal(refused.length, 1, 'the sixth of one /64 has to wait');
  assert.equal(refused[0]?.code, 'AUTH_RATE_LIMITED');
  const login = await world.done('login', { body: { email: 'public@example.com', password: PASSWORD } });
  assert.equal(login.data.actor, null);
  assert.deepEqual(login.data.available_members, []);
});

test('a wrong token is not forgiven because public registration is open', async () => {
  const body = { email: 'x@example.com', password: PASSWORD, registration_token: 'wrong' };
  assert.equal((await world.refused('register', { body })).code, 'REGISTRATION_DISABLED');
  const late = { ...body, registration_token: BOOTSTRAP_TOKEN };
  assert.equal((await world.refused('register', { body: late })).code, 'REGISTRATION_DISABLED');
});

test('a mode whose flag is off or whose token is not set stays closed', async () => {
  const { settings } = world.services;
  const closed = [
    { enabled: false, token: REGISTRATION_TOKEN },
    { enabled: true, token: null },
    { enabled: true, token: '' },
  ];
  for (const ordinary of closed) {
    const registration = { ...settings.registration, ordinary, publicUsers: false };
    const other = worldOf({ ...world.services, settings: { ...settings, registration } });
    for (const token of [REGISTRATION_TOKEN, undefined]) {
      const body = { email: 'closed@example.com', password: PASSWORD };
      const sent = token === undefined ? body : { ...body, registration_token: token };
      const refusal = await other.refused('register', { body: sent, ip: '192.0.2.77' });
      assert.equal(refusal.code, 'REGISTRATION_DISABLED');
    }
  }
});

test('a weak password is a violation, and nothing is made', async () => {
  const body = {
    email: 'weak@example.com',
    password: 'password1234',
    registration_token: REGISTRATION_TOKEN,
  };
  const refusal = await world.refused('register', { body });
  assert.equal(refusal.code, 'VALIDATION_FAILED');
  assert.equal((refusal.details as { pointer: string }[])[0]?.pointer, '/password');
  assert.deepEqual(await world.rows(`select from users where email = 'weak@example.com'`), []);
});

test('a registration that waits too long for the lock is told to come back', async () => {
  const client = await world.services.database.pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(750100601006)');
    const body = { email: 'late@example.com', password: PASSWORD, registration_token: REGISTRATION_TOKEN };
    const refusal = await world.refused('register', { body });
    assert.equal(refusal.code, 'REGISTRATION_LOCK_UNAVAILABLE');
    assert.equal(refusal.retryAfter, 1);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
