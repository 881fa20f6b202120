import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PasswordHasher } from '../../src/platform/crypto/index.ts';
import { type AuthWorld, openAuthWorld, PASSWORD, worldOf } from './auth-world.ts';

let world: AuthWorld;
before(async () => {
  world = await openAuthWorld();
  await world.bootstrap();
  for (const id of ['user_known', 'user_off', 'user_free', 'user_locked', 'user_busy'])
    await world.addUser(id);
  await world.rows(`update users set status = 'disabled' where id = 'user_off'`);
  await world.rows(`insert into users (id, email) values ('user_none', 'user_none@example.com')`);
});
after(() => world.close());

const attempt = (email: string, ip: string, password = 'this is not the password') =>
  world.call('login', { body: { email, password }, ip });

test('unknown, disabled, without password and wrong are answered alike, and each costs one hash', async () => {
  let hashes = 0;
  class Counting extends PasswordHasher {
    override verify(password: string, stored: string | null): Promise<boolean> {
      hashes += 1;
      return super.verify(password, stored);
    }
  }
  const cost = { memory: 64, passes: 1, parallelism: 1 };
  const counting = worldOf({ ...world.services, passwords: new Counting({ cost }) });
  const cases = [
    ['nobody@example.com', 'this is not the password'],
    ['user_known@example.com', 'this is not the password'],
    ['user_off@example.com', PASSWORD],
    ['user_none@example.com', PASSWORD],
    ['not an address', PASSWORD],
  ] as const;
  const answers = new Set<string>();
  for (const [email, password] of cases) {
    const before = await world.recorded('auth.login_failed');
    answers.add(
      JSON.stringify(await counting.call('login', { body: { email, password }, ip: '198.51.100.1' })),
    );
    assert.equal(await world.recorded('auth.login_failed'), before + 1, email);
  }
  assert.deepEqual([...answers], ['{"code":"AUTHENTICATION_REQUIRED","details":null,"retryAfter":null}']);
  assert.equal(hashes, cases.length);
});

test('of 50 wrong passwords at once 8 are looked at, of a known account as of an unknown one', async () => {
  for (const [email, net] of [
    ['user_locked@example.com', '203.0.113'],
    ['ghost@example.com', '198.18.0'],
  ] as const) {
    const before = await world.recorded('auth.login_failed');
    const replies = await Promise.all(Array.from({ length: 50 }, (_, at) => attempt(email, `${net}.${at}`)));
    const codes = replies.map((reply) => ('code' in reply ? reply.code : 'in'));
    assert.equal(codes.filter((code) => code === 'AUTHENTICATION_REQUIRED').length, 8);
    assert.equal(codes.filter((code) => code === 'AUTH_RATE_LIMITED').length, 42);
    assert.equal(await world.recorded('auth.login_failed'), before + 8);
    const locked = await attempt(email, `${net}.99`, PASSWORD);
    assert.ok(
      'code' in locked && locked.code === 'AUTH_RATE_LIMITED',
      'the right password is locked out too',
    );
    assert.ok((locked.retryAfter ?? 0) > 890 && (locked.retryAfter ?? 0) <= 900);
  }
  const keys = await world.rows('select key_hash from throttles');
  assert.ok(keys.every(({ key_hash }) => /^[0-9a-f]{64}$/.test(key_hash as string)));
});

test('a lock ends, and the one after it is twice as long', async () => {
  const over = `update throttles set locked_until = now(), window_ends_at = now() where bucket = 'login:account'`;
  await world.rows(over);
  const replies = [];
  for (let at = 0; at < 9; at += 1) replies.push(await attempt('user_locked@example.com', `198.19.0.${at}`));
  const last = replies.at(-1);
  assert.ok(last !== undefined && 'code' in last && last.code === 'AUTH_RATE_LIMITED');
  assert.ok((last.retryAfter ?? 0) > 1790 && (last.retryAfter ?? 0) <= 1800);
  await world.rows(over);
  await world.done('login', {
    body: { email: 'user_locked@example.com', password: PASSWORD },
    ip: '198.19.1.1',
  });
});

test('a success starts the account anew', async () => {
  for (let round = 0; round < 2; round += 1) {
    for (let at = 0; at < 7; at += 1) await attempt('user_free@example.com', `198.19.2.${round * 10 + at}`);
    const email = ' USER_Free@Example.com ';
    await world.done('login', { body: { email, password: PASSWORD }, ip: '198.19.3.1' });
  }
});

test('one address may fail 30 times over all accounts, its whole /64 counted, and successes do not count', async () => {
  for (let at = 0; at < 5; at += 1) {
    const body = { email: 'user_known@example.com', password: PASSWORD };
    await world.done('login', { body, ip: '2001:db8:1:1::1' });
  }
  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, at) => attempt(`spray-${at}@example.com`, `2001:db8:1:1::${at}`)),
  );
  const tried = replies.filter((reply) => 'code' in reply && reply.code === 'AUTHENTICATION_REQUIRED');
  assert.equal(tried.length, 30);
  const elsewhere = await attempt('spray-39@example.com', '2001:db8:1:2::1');
  assert.equal('code' in elsewhere && elsewhere.code, 'AUTHENTICATION_REQUIRED');
});

test('a full hash queue is said at once, and the attempt does not count', async () => {
  const passwords = new PasswordHasher({ concurrency: 1, capacity: 0 });
  const busy = worldOf({ ...world.services, passwords });
  const body = { email: 'user_busy@example.com', password: PASSWORD };
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, at) => busy.call('login', { body, ip: `198.19.4.${at}` })),
  );
  const refused = replies.filter((reply) => 'code' in reply && reply.code === 'HASHING_BUSY');
  assert.ok(refused.length >= 1);
  assert.ok(refused.every((reply) => 'code' in reply && (reply.retryAfter ?? 0) >= 1));
  const key = world.services.hashers.throttle.hash(body.email);
  const counted = 'select from throttles where key_hash = $1 and attempts > 0';
  assert.deepEqual(await world.rows(counted, [key]), []);
});

test('a hash of another cost is renewed by a login, which moves nothing else', async () => {
  const stronger = new PasswordHasher({ cost: { memory: 128, passes: 1, parallelism: 1 } });
  const other = worldOf({ ...world.services, passwords: stronger });
  const read = async () => (await world.rows(`select * from users where id = 'user_known'`))[0];
  const before = await read();
  await world.rows(`update users set last_login_at = null where id = 'user_known'`);
  const body = { email: 'user_known@example.com', password: PASSWORD };
  const logins = await Promise.all(
    [1, 2, 3].map((at) => other.call('login', { body, ip: `198.19.5.${at}` })),
  );
  assert.ok(logins.every((reply) => 'status' in reply));
  const later = await read();
  assert.match(String(later?.['password_hash']), /m=128/);
  assert.notEqual(later?.['last_login_at'], null);
  for (const column of ['version', 'updated_at', 'password_changed_at']) {
    assert.deepEqual(later?.[column], before?.[column], column);
  }
  await other.done('login', { body, ip: '198.19.5.9' });
  assert.deepEqual((await read())?.['last_login_at'], later?.['last_login_at'], 'once a minute at most');
});
