import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authSecrets, forgetEnded } from '../../src/core/auth/index.ts';
import { preparedOn } from '../../src/platform/database/index.ts';
import {
  API_KEY_SECRET,
  type AuthWorld,
  openAuthWorld,
  PASSWORD,
  SESSION_SECRET,
  worldOf,
} from './auth-world.ts';

let world: AuthWorld;
before(async () => {
  world = await openAuthWorld();
  await world.bootstrap();
});
after(() => world.close());

let made = 0;
async function newSession() {
  made += 1;
  const id = `user_s${made}`;
  await world.addUser(id);
  return { id, ...(await world.logIn(id)) };
}

const refresh = (refresh_token: string) => world.call('refreshSession', { body: { refresh_token } });
const works = async (credential: string) => {
  const reply = await world.call('getAuthMe', { credential });
  return 'status' in reply;
};

/** Moves what was consumed and rotated into the past, as if the grace were over. */
async function endGrace() {
  await world.rows(`update session_refresh_tokens set consumed_at = consumed_at - interval '11 s'`);
  await world.rows(`update sessions set rotated_at = rotated_at - interval '11 s'`);
}

test('a refresh gives a new pair and ends the old one', async () => {
  const session = await newSession();
  const { data } = await world.done('refreshSession', { body: { refresh_token: session.refresh_token } });
  assert.notEqual(data.access_token, session.access_token);
  assert.notEqual(data.refresh_token, session.refresh_token);
  assert.equal(await works(session.access_token), false);
  assert.equal(await works(data.access_token), true);
});

test('20 refreshes at once with one token all get the same pair, and one generation is used', async () => {
  const session = await newSession();
  const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(session.refresh_token)));
  const pairs = new Set(replies.map((reply) => ('data' in reply ? JSON.stringify(reply.data) : reply.code)));
  assert.equal(pairs.size, 1, [...pairs].join());
  const { data } = replies[0] as Extract<(typeof replies)[0], { status: 200 }>;
  assert.equal(await works(data.access_token), true);
  assert.deepEqual(await world.rows('select generation from sessions where user_id = $1', [session.id]), [
    { generation: 2 },
  ]);
  assert.equal('data' in (await refresh(data.refresh_token)), true);
});

test('within the grace every exchanged token gets the current pair', async () => {
  const session = await newSession();
  const second = (await world.done('refreshSession', { body: { refresh_token: session.refresh_token } }))
    .data;
  const third = (await world.done('refreshSession', { body: { refresh_token: second.refresh_token } })).data;
  for (const token of [session.refresh_token, second.refresh_token]) {
    assert.deepEqual((await world.done('refreshSession', { body: { refresh_token: token } })).data, third);
  }
});

test('after the grace the use of any earlier generation ends the session, and is recorded', async () => {
  for (const generation of [0, 1]) {
    const session = await newSession();
    const tokens = [session.refresh_token];
    let access = session.access_token;
    for (let at = 0; at < 2; at += 1) {
      const next = await world.done('refreshSession', { body: { refresh_token: tokens.at(-1) as string } });
      tokens.push(next.data.refresh_token);
      access = next.data.access_token;
    }
    const before = await world.recorded('auth.refresh_reuse');
    await endGrace();
    const stolen = await refresh(tokens[generation] as string);
    assert.equal('code' in stolen && stolen.code, 'SESSION_EXPIRED');
    assert.equal(await works(access), false);
    const own = await refresh(tokens.at(-1) as string);
    assert.equal('code' in own && own.code, 'SESSION_EXPIRED');
    assert.equal(await world.recorded('auth.refresh_reuse'), before + 1);
    const [row] = await world.rows('select revoked_at, sealed_pair from sessions where user_id = $1', [
      session.id,
    ]);
    assert.notEqual(row?.['revoked_at'], null);
    assert.equal(row?.['sealed_pair'], null);
  }
});

test('what is no refresh token, or one of nobody, is answered like one that has ended', async () => {
  const session = await newSession();
  for (const token of [
    'x',
    session.access_token,
    `ply_rt_${'0'.repeat(64)}`,
    '%00',
    `${session.refresh_token} `,
  ]) {
    const reply = await refresh(token);
    assert.equal('code' in reply && reply.code, 'SESSION_EXPIRED', token);
  }
});

test('a refresh slides the end of the session, but not beyond its absolute end', async () => {
  const session = await newSession();
  await world.rows(
    `update sessions set absolute_expires_at = now() + interval '10 minutes',
       refresh_expires_at = now() + interval '5 minutes', expires_at = now() + interval '1 minute' where user_id = $1`,
    [session.id],
  );
  const { data } = await world.done('refreshSession', { body: { refresh_token: session.refresh_token } });
  const [row] = await world.rows('select absolute_expires_at as at from sessions where user_id = $1', [
    session.id,
  ]);
  assert.ok(row?.['at'] instanceof Date);
  const end = row['at'].toISOString();
  assert.deepEqual([data.expires_at, data.refresh_expires_at], [end, end]);
  await world.rows(`update sessions set expires_at = now(), refresh_expires_at = now() where user_id = $1`, [
    session.id,
  ]);
  const over = await refresh(data.refresh_token);
  assert.equal('code' in over && over.code, 'SESSION_EXPIRED');
});

test('tokens of a previous secret go on and are kept under the present one; without that secret they end', async () => {
  const session = await newSession();
  const lasting = await newSession();
  const ring = { current: 'the-next-session-secret-0123456789-abc', previous: [SESSION_SECRET] };
  const keys = { current: API_KEY_SECRET, previous: [] };
  const next = worldOf({ ...world.services, ...authSecrets(ring, keys) });
  const alone = worldOf({ ...world.services, ...authSecrets({ ...ring, previous: [] }, keys) });
  assert.equal(
    (await alone.refused('getAuthMe', { credential: session.access_token })).code,
    'AUTHENTICATION_REQUIRED',
  );
  await next.done('getAuthMe', { credential: session.access_token });
  await alone.done('getAuthMe', { credential: session.access_token });
  const refused = await alone.call('refreshSession', { body: { refresh_token: session.refresh_token } });
  assert.equal('code' in refused && refused.code, 'SESSION_EXPIRED');
  const pair = (await next.done('refreshSession', { body: { refresh_token: session.refresh_token } })).data;
  const again = await alone.done('refreshSession', { body: { refresh_token: session.refresh_token } });
  assert.deepEqual(again.data, pair, 'the consumed token is known under the present secret too');
  await alone.done('refreshSession', { body: { refresh_token: pair.refresh_token } });
  assert.equal(await works(lasting.access_token), true);
});

test('a disabled or deleted User has no session, and cannot refresh', async () => {
  for (const change of [`status = 'disabled'`, 'deleted_at = now()']) {
    const session = await newSession();
    await world.rows(`update users set ${change} where id = $1`, [session.id]);
    assert.equal(await works(session.access_token), false);
    const reply = await refresh(session.refresh_token);
    assert.equal('code' in reply && reply.code, 'SESSION_EXPIRED');
  }
});

test('logout ends the session by either token, also an expired or exchanged one, and never tells', async () => {
  const header = await newSession();
  const expired = await newSession();
  await world.rows('update sessions set expires_at = now() where user_id = $1', [expired.id]);
  const body = await newSession();
  await refresh(body.refresh_token);
  const before = await world.recorded('auth.logout');
  const sent = [
    { credential: header.access_token },
    { credential: expired.access_token },
    { body: { refresh_token: body.refresh_token } },
    { credential: header.access_token },
    { credential: 'ply_at_nonsense' },
    { body: { refresh_token: 'nonsense' } },
    {},
  ];
  for (const each of sent) assert.deepEqual((await world.done('logout', each)).data, { logged_out: true });
  assert.equal(await world.recorded('auth.logout'), before + 3);
  const ended = [header.id, expired.id, body.id];
  const rows = await world.rows('select from sessions where user_id = any($1) and revoked_at is null', [
    ended,
  ]);
  assert.equal(rows.length, 0);
});

test("a User sees and ends its own sessions, and nobody else's", async () => {
  const mine = await newSession();
  const others = [await world.logIn(mine.id), await world.logIn(mine.id)];
  const foreign = await newSession();
  const credential = mine.access_token;
  const first = await world.done('listOwnSessions', { credential, page: { limit: 2, after: null } });
  const second = await world.done('listOwnSessions', { credential, page: { limit: 2, after: first.next } });
  assert.equal(second.next, null);
  const listed = [...first.data, ...second.data];
  assert.equal(new Set(listed.map(({ id }) => id)).size, 3);
  assert.equal(listed.filter(({ current }) => current).length, 1);
  const other = listed.find(({ current }) => !current);
  const params = { session_id: other?.id ?? '' };
  const before = await world.recorded('auth.session_revoked');
  const ended = await world.done('revokeOwnSession', { credential, params });
  assert.notEqual(ended.data.revoked_at, null);
  assert.deepEqual((await world.done('revokeOwnSession', { credential, params })).data, ended.data);
  assert.equal(await world.recorded('auth.session_revoked'), before + 1);
  const working = await Promise.all(others.map(({ access_token }) => works(access_token)));
  assert.deepEqual(working.sort(), [false, true]);
  const theirs = await world.done('getAuthMe', { credential: foreign.access_token });
  const foreignParams = { session_id: theirs.data.session_id };
  const refusal = await world.refused('revokeOwnSession', { credential, params: foreignParams });
  assert.equal(refusal.code, 'SESSION_NOT_FOUND');
  assert.equal(await works(foreign.access_token), true);
});

test('a changed password ends all other sessions and is what counts from then on', async () => {
  const mine = await newSession();
  const other = await world.logIn(mine.id);
  const credential = mine.access_token;
  const next = 'nine amber kettles under snow';
  const wrong = await world.refused('changeOwnPassword', {
    credential,
    body: { current_password: 'not my password at all', new_password: next },
  });
  assert.deepEqual(
    [wrong.code, (wrong.details as { pointer: string }[])[0]?.pointer],
    ['VALIDATION_FAILED', '/current_password'],
  );
  const weak = await world.refused('changeOwnPassword', {
    credential,
    body: { current_password: PASSWORD, new_password: 'passwordpassword' },
  });
  assert.equal((weak.details as { pointer: string }[])[0]?.pointer, '/new_password');
  const done = await world.done('changeOwnPassword', {
    credential,
    body: { current_password: PASSWORD, new_password: next },
  });
  assert.equal(done.data.revoked_sessions, 1);
  assert.equal(await works(credential), true);
  assert.equal(await works(other.access_token), false);
  const email = `${mine.id}@example.com`;
  assert.equal(
    (await world.refused('login', { body: { email, password: PASSWORD } })).code,
    'AUTHENTICATION_REQUIRED',
  );
  await world.done('login', { body: { email, password: next } });
});

test('last use is written once a minute and moves neither version nor the sealed pair of a running grace', async () => {
  const session = await newSession();
  await works(session.access_token);
  const read = async () =>
    (
      await world.rows('select last_used_at, version, updated_at from sessions where user_id = $1', [
        session.id,
      ])
    )[0];
  const first = await read();
  assert.notEqual(first?.['last_used_at'], null);
  assert.equal(first?.['version'], 1);
  await works(session.access_token);
  assert.deepEqual(await read(), first);
});

test('what nobody needs any more is forgotten, and nothing else', async () => {
  const living = await newSession();
  const over = await newSession();
  const ended = await newSession();
  for (const { refresh_token } of [living, over, ended]) await refresh(refresh_token);
  await endGrace();
  await world.rows(
    `update sessions set rotated_at = rotated_at - interval '1 minute', revoked_at =
       case when user_id = $1 then now() end where user_id = any($2)`,
    [ended.id, [living.id, over.id, ended.id]],
  );
  await world.rows(
    `update sessions set created_at = now() - interval '91 days', absolute_expires_at = now() - interval '2 days',
       refresh_expires_at = now() - interval '2 days', expires_at = now() - interval '2 days' where user_id = $1`,
    [over.id],
  );
  await world.rows(`insert into throttles (bucket, key_hash, attempts, window_ends_at) values
    ('test', 'old', 1, now() - interval '25 hours'), ('test', 'new', 1, now() - interval '1 hour')`);
  await forgetEnded(preparedOn(world.services.database.pool));
  const left = await world.rows(
    `select user_id, sealed_pair, (select count(*)::int from session_refresh_tokens t where t.session_id = s.id)
       as consumed from sessions s where user_id = any($1) order by created_at`,
    [[living.id, over.id, ended.id]],
  );
  assert.deepEqual(left, [
    { user_id: living.id, sealed_pair: null, consumed: 1 },
    { user_id: ended.id, sealed_pair: null, consumed: 0 },
  ]);
  assert.deepEqual(await world.rows(`select key_hash from throttles where bucket = 'test'`), [
    { key_hash: 'new' },
  ]);
});
