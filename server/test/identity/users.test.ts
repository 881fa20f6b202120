import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Identity, openIdentity } from './identity-fixture.ts';

type Keys = readonly (string | number)[];

const password = 'violet-harbour-lantern-42';
let identity: Identity;

before(async () => {
  identity = await openIdentity();
});
after(() => identity.close());

test('a User is created with its address in lower case, recorded, and found by it in any case', async () => {
  const body = { id: 'user_alice', email: 'Alice@Example.com', username: 'alice', metadata: { team: 'red' } };
  const { data, version } = await identity.done('createUser', { body });
  assert.equal(data.email, 'alice@example.com');
  assert.equal(data.password_changed_at, null);
  assert.equal(version, 1);
  assert.deepEqual((await identity.done('getUser', { params: { user_id: 'user_alice' } })).data, data);
  const found = await identity.done('listUsers', { params: { email: 'ALICE@example.COM' } });
  assert.deepEqual(found.data, [data]);
  const [row] = await identity.recorded('user_alice');
  assert.equal(row?.action, 'user.created');
  assert.equal(row?.space_id, null);
  assert.deepEqual(row?.trace.after, data);
});

test('an address and an id are taken once, whatever their case, and the refusal names the field', async () => {
  await identity.done('createUser', { body: { id: 'user_taken', email: 'taken@example.com' } });
  const sameAddress = await identity.refused('createUser', { body: { email: 'TAKEN@example.com' } });
  assert.deepEqual([sameAddress.code, sameAddress.details], ['USER_CREATE_FAILED', { field: 'email' }]);
  const sameId = await identity.refused('createUser', {
    body: { id: 'user_taken', email: 'other@example.com' },
  });
  assert.deepEqual([sameId.code, sameId.details], ['USER_CREATE_FAILED', { field: 'id' }]);
  await identity.done('createUser', { body: { id: 'user_mover', email: 'mover@example.com' } });
  const moved = await identity.refused('updateUser', {
    params: { user_id: 'user_mover' },
    body: { email: 'Taken@example.com' },
  });
  assert.deepEqual([moved.code, moved.details], ['USER_UPDATE_FAILED', { field: 'email' }]);
  const { data } = await identity.done('getUser', { params: { user_id: 'user_mover' } });
  assert.equal(data.email, 'mover@example.com');
});

test('a password is kept as a hash that it verifies against, and never answered or recorded', async () => {
  const { data } = await identity.done('createUser', {
    body: { id: 'user_secret', email: 'secret@example.com', password },
  });
  assert.ok(data.password_changed_at);
  const [row] = await identity.query('select password_hash from users where id = $1', ['user_secret']);
  assert.ok(await identity.passwords.verify(password, String(row?.['password_hash'])));
  const told = JSON.stringify([data, await identity.recorded('user_secret')]);
  assert.ok(!told.includes(password) && !told.includes('argon2id'));
});

test('a password that breaks the policy is refused at its place and nothing is created', async () => {
  const email = 'weak@example.com';
  for (const weak of ['too-short-42', 'passwordpassword']) {
    const refusal = await identity.refused('createUser', { body: { email, password: weak } });
    assert.equal(refusal.code, 'VALIDATION_FAILED');
    const [violation] = refusal.details as { pointer: string; message: string }[];
    assert.equal(violation?.pointer, '/password');
    assert.ok(!violation?.message.includes(weak));
  }
  assert.deepEqual((await identity.done('listUsers', { params: { email } })).data, []);
});

test('the new password is measured by the address that the User gets with it', async () => {
  await identity.done('createUser', { body: { id: 'user_renamed', email: 'before@example.com' } });
  const refusal = await identity.refused('updateUser', {
    params: { user_id: 'user_renamed' },
    body: { email: 'lighthouse-keeper@example.com', password: 'lighthouse-keeper@example.com' },
  });
  assert.equal(refusal.code, 'VALIDATION_FAILED');
});

test('a full hash queue refuses for now and changes nothing', async () => {
  const busy = [1, 2].map(() => identity.passwords.queue.run(() => new Promise((go) => setTimeout(go, 50))));
  const refusal = await identity.refused('createUser', { body: { email: 'later@example.com', password } });
  await Promise.all(busy);
  assert.equal(refusal.code, 'HASHING_BUSY');
  assert.ok((refusal.retryAfter ?? 0) >= 1);
  assert.deepEqual((await identity.done('listUsers', { params: { email: 'later@example.com' } })).data, []);
});

test('a new password replaces the hash and ends all sessions; a new address ends none', async () => {
  const params = { user_id: 'user_rotating' };
  await identity.done('createUser', {
    body: { id: params.user_id, email: 'rotating@example.com', password },
  });
  await identity.query('update users set email_verified_at = now() where id = $1', [params.user_id]);
  await insertSession('sess_rotating', params.user_id);
  await identity.done('updateUser', { params, body: { email: 'Rotated@example.com', phone: '+49 30 1' } });
  assert.equal((await session('sess_rotating'))?.['revoked_at'], null);
  const [user] = await identity.query('select email_verified_at from users where id = $1', [params.user_id]);
  assert.equal(user?.['email_verified_at'], null, 'the proof was for the address before');

  const before = await identity.done('getUser', { params });
  const { data } = await identity.done('updateUser', { params, body: { password: `${password}-again` } });
  assert.notEqual(data.password_changed_at, before.data.password_changed_at);
  assert.ok((await session('sess_rotating'))?.['revoked_at']);
  const [row] = await identity.query('select password_hash from users where id = $1', [params.user_id]);
  assert.ok(await identity.passwords.verify(`${password}-again`, String(row?.['password_hash'])));
});

test('null clears, what is left out stays, and what is the same already is neither written nor recorded', async () => {
  const params = { user_id: 'user_cleared' };
  const body = { id: params.user_id, email: 'cleared@example.com', username: 'cleared', phone: '1' };
  const created = await identity.done('createUser', { body });
  const { data, version } = await identity.done('updateUser', { params, body: { username: null } });
  assert.deepEqual([data.username, data.phone, version], [null, '1', 2]);
  const again = await identity.done('updateUser', { params, body: { username: null, phone: '1' } });
  assert.equal(again.version, 2);
  const rows = await identity.recorded(params.user_id);
  assert.deepEqual(
    rows.map(({ action, trace }) => [action, trace.before]),
    [
      ['user.created', null],
      ['user.updated', created.data],
    ],
  );
});

test('a change on another version than the one seen is refused', async () => {
  const params = { user_id: 'user_versioned' };
  await identity.done('createUser', { body: { id: params.user_id, email: 'versioned@example.com' } });
  const stale = { params, ifVersion: 7 };
  assert.equal((await identity.refused('disableUser', stale)).code, 'PRECONDITION_FAILED');
  assert.equal(
    (await identity.refused('updateUser', { ...stale, body: { password } })).code,
    'PRECONDITION_FAILED',
  );
  assert.equal((await identity.done('getUser', { params })).version, 1);
});

test('disabling locks out and ends the sessions, restoring does not revive them, repeating changes nothing', async () => {
  const params = { user_id: 'user_leaving' };
  await identity.done('createUser', { body: { id: params.user_id, email: 'leaving@example.com' } });
  await insertSession('sess_leaving', params.user_id);
  const disabled = await identity.done('disableUser', { params });
  assert.equal(disabled.data.status, 'disabled');
  const ended = await session('sess_leaving');
  assert.ok(ended?.['revoked_at'] && ended['sealed_pair'] === null);
  assert.equal((await identity.done('disableUser', { params })).version, disabled.version);
  const restored = await identity.done('restoreUser', { params });
  assert.equal(restored.data.status, 'active');
  assert.equal((await identity.done('restoreUser', { params })).version, restored.version);
  assert.deepEqual((await session('sess_leaving'))?.['revoked_at'], ended['revoked_at']);
  const rows = await identity.recorded(params.user_id);
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['user.created', 'user.disabled', 'user.restored'],
  );
});

test('the last super admin is not disabled, and of two that are disabled at once one stays', async () => {
  for (const id of ['user_super_1', 'user_super_2']) {
    await identity.done('createUser', { body: { id, email: `${id}@example.com` } });
    await identity.query(
      `insert into admin_grants (id, user_id, level, permission_key)
       values ('grant_of_' || $1, $1, 'instance_super_admin', '*')`,
      [id],
    );
  }
  const replies = await Promise.allSettled(
    ['user_super_1', 'user_super_2'].map((user_id) => identity.done('disableUser', { params: { user_id } })),
  );
  const refused = replies.filter((reply) => reply.status === 'rejected');
  assert.deepEqual([replies.length, refused.length], [2, 1]);
  assert.match(String(refused[0]?.reason), /LAST_SUPER_ADMIN/);
  const left = await identity.query(
    `select id from users where id like 'user\\_super\\_%' and status = 'active'`,
  );
  assert.equal(left.length, 1);
  const params = { user_id: String(left[0]?.['id']) };
  assert.equal((await identity.refused('disableUser', { params })).code, 'LAST_SUPER_ADMIN');
});

test('a User that nobody has made is not found by any operation', async () => {
  const params = { user_id: 'user_nobody' };
  for (const refusal of [
    await identity.refused('getUser', { params }),
    await identity.refused('updateUser', { params, body: { password } }),
    await identity.refused('updateUser', { params, body: { username: 'x' } }),
    await identity.refused('disableUser', { params }),
    await identity.refused('restoreUser', { params }),
  ]) {
    assert.equal(refusal.code, 'USER_NOT_FOUND');
  }
});

test('the list goes by address, a page at a time', async () => {
  const seen: string[] = [];
  for (let after: Keys | null = null, pages = 0; pages === 0 || after !== null; pages += 1) {
    const list: { data: { email: string }[]; next: Keys | null } = await identity.done('listUsers', {
      params: { status: 'active' },
      page: { limit: 3, after },
    });
    assert.ok(list.data.length <= 3);
    seen.push(...list.data.map(({ email }) => email));
    after = list.next;
  }
  const stored = await identity.query(`select email from users where status = 'active' order by email`);
  assert.ok(stored.length > 3);
  assert.deepEqual(
    seen,
    stored.map(({ email }) => email),
  );
});

test('a request that is repeated with its key creates one User', async () => {
  const sent = { body: { email: 'once@example.com', password }, idempotencyKey: 'once' };
  const first = await identity.done('createUser', sent);
  const second = await identity.done('createUser', sent);
  assert.deepEqual([second.data, second.version], [first.data, first.version]);
  assert.equal((await identity.recorded(first.data.id)).length, 1);
});

async function insertSession(id: string, userId: string): Promise<void> {
  await identity.query(
    `insert into sessions (id, user_id, access_token_hash, refresh_token_hash, expires_at, refresh_expires_at,
       absolute_expires_at, sealed_pair)
     values ($1, $2, repeat('a', 32) || $1, repeat('r', 32) || $1, now() + interval '1 hour',
       now() + interval '1 day', now() + interval '2 days', 'sealed')`,
    [id, userId],
  );
}

async function session(id: string): Promise<Record<string, unknown> | undefined> {
  return (await identity.query('select * from sessions where id = $1', [id]))[0];
}
