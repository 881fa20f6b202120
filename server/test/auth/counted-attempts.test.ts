import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AuthWorld, openAuthWorld, PASSWORD, REGISTRATION_TOKEN, worldOf } from './auth-world.ts';

let world: AuthWorld;
before(async () => {
  world = await openAuthWorld();
  await world.bootstrap();
});
after(() => world.close());

test('wrong registration tokens and unknown refresh tokens are counted by address', async () => {
  const email = 'guess@example.com';
  const register = async (registration_token: string, ip: string) => {
    const body = { email, password: PASSWORD, registration_token };
    return (await world.refused('register', { body, ip })).code;
  };
  for (let at = 0; at < 5; at += 1) {
    assert.equal(await register(`wrong-${at}`, '198.51.100.7'), 'REGISTRATION_DISABLED');
  }
  assert.equal(await register('wrong-again', '198.51.100.7'), 'AUTH_RATE_LIMITED');
  assert.equal(
    await register(REGISTRATION_TOKEN, '198.51.100.7'),
    'AUTH_RATE_LIMITED',
    'nor is the right one accepted',
  );
  assert.equal(await register('wrong', '198.51.100.8'), 'REGISTRATION_DISABLED');

  const refresh = async (refresh_token: string) =>
    (await world.refused('refreshSession', { body: { refresh_token }, ip: '198.51.100.9' })).code;
  for (let at = 0; at < 60; at += 1) {
    assert.equal(await refresh(`ply_rt_${String(at).padStart(64, '0')}`), 'SESSION_EXPIRED');
  }
  assert.equal(await refresh(`ply_rt_${'f'.repeat(64)}`), 'AUTH_RATE_LIMITED');
});

test('failed logins on one address share a hash in the log, and a reused refresh token names its User', async () => {
  const login = (email: string) =>
    world.refused('login', { body: { email, password: 'wrong wrong wrong' }, ip: '198.51.100.20' });
  for (const email of ['nobody@example.com', 'Nobody@Example.com', 'other@example.com']) await login(email);
  const tried = (
    await world.rows(`select trace from audit_logs where action = 'auth.login_failed' order by id`)
  ).map(({ trace }) => (trace as { after: { tried_address: string } }).after.tried_address);
  assert.match(tried[0] as string, /^[0-9a-f]{64}$/);
  assert.equal(tried[0], tried[1]);
  assert.notEqual(tried[0], tried[2]);

  await world.addUser('user_reused');
  const { refresh_token } = await world.logIn('user_reused');
  await world.done('refreshSession', { body: { refresh_token } });
  const { settings } = world.services;
  const strict = { ...settings, session: { ...settings.session, refreshGraceMs: 0 } };
  await worldOf({ ...world.services, settings: strict }).refused('refreshSession', {
    body: { refresh_token },
  });
  const rows = await world.rows(`select actor_user_id from audit_logs where action = 'auth.refresh_reuse'`);
  assert.deepEqual(rows, [{ actor_user_id: 'user_reused' }]);
});
