import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authSecrets } from '../../src/core/auth/index.ts';
import { type AdminWorld, openAdminWorld } from './admin-world.ts';
import { API_KEY_SECRET, type Done, SESSION_SECRET, type Sent, worldOf } from './auth-world.ts';

let world: AdminWorld;
before(async () => {
  world = await openAdminWorld();
});
after(() => world.close());

type Body = NonNullable<Sent<'createAPIKey'>['body']>;

const create = (who: string, body: Partial<Body>) =>
  world.call('createAPIKey', {
    credential: who.startsWith('ply_') ? who : world.as(who),
    body: { name: 'Key', level: 'space', permission_keys: ['groups:read'], ...body },
  });
const made = async (who: string, body: Partial<Body>) => {
  const reply = await create(who, body);
  if (!('data' in reply)) assert.fail(JSON.stringify(reply));
  return reply.data;
};
const outcome = async (who: string, body: Partial<Body>) => {
  const reply = await create(who, body);
  if (!('code' in reply)) return 'made';
  const permission = (reply.details as { permission?: string } | null)?.permission;
  return permission === undefined ? reply.code : `${reply.code} ${permission}`;
};
const works = async (credential: string) => 'status' in (await world.call('getAdminMe', { credential }));

const inA = { level: 'space', space_id: 'space_a' } as const;
const inFin = { level: 'group', group_id: 'group_fin' } as const;

test('a new key works, tells its secret once, and only a hash is kept', async () => {
  const key = await made('space', {
    ...inA,
    id: 'ak_first',
    permission_keys: ['groups:read', 'groups:read'],
  });
  assert.match(key.api_key, /^ply_ak_ak_first\.[0-9a-f]{64}$/);
  assert.deepEqual(
    [key.key_prefix, key.permission_keys, key.created_by_user_id],
    ['ply_ak_ak_first', ['groups:read'], 'user_space'],
  );
  const me = await world.done('getAdminMe', { credential: key.api_key });
  assert.deepEqual(me.data.capabilities, { 'groups:read': true });
  assert.equal(me.data.api_key?.id, 'ak_first');
  const params = { api_key_id: 'ak_first' };
  const read = await world.done('getAPIKey', { credential: world.as('space'), params });
  assert.equal('api_key' in read.data, false);
  const secret = key.api_key.slice(key.api_key.indexOf('.') + 1);
  const [stored] = await world.rows(
    `select (select string_agg(to_jsonb(k)::text, ' ') from api_keys k)
       || (select string_agg(to_jsonb(a)::text, ' ') from audit_logs a) as text`,
  );
  const text = String(stored?.['text']);
  const hash = world.services.hashers.apiKey.hash(key.api_key);
  assert.ok(!text.includes(secret));
  assert.ok(text.includes(hash));
  const [logs] = await world.rows(`select string_agg(to_jsonb(a)::text, ' ') as text from audit_logs a`);
  assert.ok(!String(logs?.['text']).includes(hash), 'the hash is no matter of the audit log');
  assert.equal(await outcome('space', { ...inA, id: 'ak_first' }), 'API_KEY_CREATE_FAILED');
});

test('nobody makes a key that reaches further or carries more than it holds there', async () => {
  const no = 'ADMIN_PERMISSION_REQUIRED';
  const cases: [string, Partial<Body>, string][] = [
    ['plain', inA, `${no} api_keys:create`],
    ['space', { level: 'instance' }, `${no} api_keys:create`],
    ['space', { level: 'space', space_id: 'space_b' }, `${no} api_keys:create`],
    ['space', { level: 'group', group_id: 'group_b' }, `${no} api_keys:create`],
    ['space', { ...inA, permission_keys: ['groups:read', '*'] }, `${no} *`],
    ['space', { ...inA, permission_keys: ['members:manage'] }, `${no} members:manage`],
    ['space', { ...inA, permission_keys: ['members:*'] }, `${no} members:*`],
    ['space', { ...inA, permission_keys: ['authz:check'] }, `${no} authz:check`],
    ['space', { ...inA, permission_keys: ['groups:*', 'groups:manage', 'api_keys:*'] }, 'made'],
    ['space', { ...inA, permission_keys: ['audit:read'] }, `${no} audit:read`],
    ['space', { ...inFin, permission_keys: ['groups:read'] }, 'made'],
    ['space', { level: 'group', group_id: 'group_fin2' }, 'made'],
    ['group', { ...inFin, permission_keys: ['audit:read'] }, `${no} audit:read`],
    ['group', { ...inFin, permission_keys: ['groups:read', 'api_keys:*'] }, 'made'],
    ['group', { level: 'group', group_id: 'group_ap' }, 'made'],
    ['group', { level: 'group', group_id: 'group_fin2' }, `${no} api_keys:create`],
    ['group', inA, `${no} api_keys:create`],
    ['group', { ...inFin, permission_keys: ['groups:manage'] }, `${no} groups:manage`],
    ['inst', { level: 'instance', permission_keys: ['groups:read', 'api_keys:manage'] }, 'made'],
    ['inst', { level: 'instance', permission_keys: ['users:read'] }, `${no} users:read`],
    ['root', { level: 'instance', permission_keys: ['*'] }, 'made'],
    ['other', { level: 'space', space_id: 'space_b', permission_keys: ['*'] }, 'made'],
    ['other', { level: 'instance', permission_keys: ['*'] }, `${no} api_keys:create`],
  ];
  for (const [who, body, expected] of cases) {
    assert.equal(await outcome(who, body), expected, `${who} ${JSON.stringify(body)}`);
  }
});

test('a level takes its own fields and no others, so that no scope is smuggled in', async () => {
  assert.equal(await outcome('space', { ...inA, level: 'instance' }), 'VALIDATION_FAILED');
  assert.equal(await outcome('group', { ...inFin, level: 'space' }), 'VALIDATION_FAILED');
  assert.equal(await outcome('group', { ...inFin, level: 'instance' }), 'VALIDATION_FAILED');
  assert.equal(
    await outcome('group', { ...inFin, space_id: 'space_a', level: 'space' }),
    'VALIDATION_FAILED',
  );
  assert.equal(await outcome('space', { ...inA, level: 'group' }), 'VALIDATION_FAILED');
  assert.equal(await outcome('root', { level: 'space' }), 'VALIDATION_FAILED');
  assert.equal(await outcome('root', { level: 'space', space_id: 'space_none' }), 'SPACE_NOT_FOUND');
  assert.equal(await outcome('root', { level: 'group', group_id: 'group_none' }), 'GROUP_NOT_FOUND');
  assert.equal(
    await outcome('root', { level: 'group', group_id: 'group_b', space_id: 'space_a' }),
    'GROUP_NOT_FOUND',
  );
});

test('a key makes keys under the same rules, and one with every permission is no super admin', async () => {
  const all = (await made('root', { level: 'instance', permission_keys: ['*'] })).api_key;
  const child = await made(all, { level: 'instance', permission_keys: ['*'] });
  assert.equal(child.created_by_user_id, null);
  const scoped = (await made('space', { ...inA, permission_keys: ['api_keys:create', 'groups:read'] }))
    .api_key;
  assert.equal(await outcome(scoped, { ...inA, permission_keys: ['groups:read'] }), 'made');
  assert.equal(
    await outcome(scoped, { ...inA, permission_keys: ['api_keys:read'] }),
    'ADMIN_PERMISSION_REQUIRED api_keys:read',
  );
  assert.equal(await outcome(scoped, { level: 'instance' }), 'ADMIN_PERMISSION_REQUIRED api_keys:create');
});

test('an end has to be to come', async () => {
  const past = new Date(Date.now() - 1000).toISOString();
  assert.equal(await outcome('space', { ...inA, expires_at: past }), 'VALIDATION_FAILED');
  assert.equal(await outcome('space', { ...inA, expires_at: '2999-12-31T23:59:60Z' }), 'VALIDATION_FAILED');
  const key = await made('space', { ...inA, expires_at: '2999-01-01T00:00:00.123987654+01:00' });
  assert.equal(key.expires_at, '2998-12-31T23:00:00.123Z');
  assert.equal(await works(key.api_key), true);
  await world.rows('update api_keys set expires_at = now() where id = $1', [key.id]);
  assert.equal(await works(key.api_key), false);
});

test('the list shows what is within reach, page by page, and by-id reads hide the rest', async () => {
  const ids = async (who: string, limit: number, params: Sent<'listAPIKeys'>['params'] = {}) => {
    const seen: string[] = [];
    let after: Sent<'listAPIKeys'>['page'] = { limit, after: null };
    for (let pages = 0; pages < 100; pages += 1) {
      const reply: Done<'listAPIKeys'> = await world.done('listAPIKeys', {
        credential: world.as(who),
        page: after,
        params,
      });
      seen.push(...reply.data.map(({ id }) => id));
      if (reply.next === null) return seen;
      after = { limit, after: reply.next };
    }
    throw new Error('The pages have no end.');
  };
  const stored = await world.rows(`select k.id, k.level, k.space_id, g.path from api_keys k
    left join groups g on g.id = k.group_id order by k.created_at desc, k.id desc`);
  const inSpaceA = stored.filter((row) => row['space_id'] === 'space_a').map((row) => row['id']);
  const inFinance = stored.filter(({ path }) => path === 'fin' || path === 'fin.ap').map((row) => row['id']);
  assert.deepEqual(
    await ids('root', 3),
    stored.map((row) => row['id']),
  );
  assert.deepEqual(
    await ids('inst', 200),
    stored.map((row) => row['id']),
  );
  assert.deepEqual(await ids('space', 2), inSpaceA);
  assert.deepEqual(await ids('group', 1), inFinance);
  assert.ok(inFinance.length >= 3 && inSpaceA.length > inFinance.length);
  const atGroups = stored.filter((row) => row['space_id'] === 'space_a' && row['level'] === 'group');
  assert.deepEqual(
    await ids('space', 5, { level: 'group' }),
    atGroups.map((row) => row['id']),
  );
  assert.ok(atGroups.length > inFinance.length);
  assert.deepEqual(await ids('space', 5, { space_id: 'space_b' }), []);
  const instance = stored.find((row) => row['level'] === 'instance')?.['id'] as string;
  const read = (who: string, api_key_id: string) =>
    world.refused('getAPIKey', { credential: world.as(who), params: { api_key_id } });
  assert.equal((await read('space', instance)).code, 'API_KEY_NOT_FOUND');
  assert.equal((await read('space', 'ak_none')).code, 'API_KEY_NOT_FOUND');
  assert.equal((await read('plain', instance)).code, 'ADMIN_PERMISSION_REQUIRED');
});

test('changing and rotating a key needs all that it carries', async () => {
  const key = await made('root', { ...inA, permission_keys: ['groups:read', 'audit:read'] });
  const params = { api_key_id: key.id };
  const credential = world.as('space');
  const renamed = await world.refused('updateAPIKey', { credential, params, body: { name: 'Mine' } });
  assert.deepEqual(
    [renamed.code, renamed.details],
    ['ADMIN_PERMISSION_REQUIRED', { permission: 'audit:read' }],
  );
  const rotated = await world.refused('rotateAPIKey', { credential, params });
  assert.equal(rotated.code, 'ADMIN_PERMISSION_REQUIRED');
  const revoked = await world.done('revokeAPIKey', { credential, params, body: { revoked_reason: 'gone' } });
  assert.deepEqual(
    [revoked.data.status, revoked.data.revoked_reason, revoked.data.revoked_by_user_id],
    ['revoked', 'gone', 'user_space'],
  );
  assert.deepEqual((await world.done('revokeAPIKey', { credential, params })).data, revoked.data);
  assert.equal(await works(key.api_key), false);
  const root = world.as('root');
  for (const reply of [
    await world.refused('updateAPIKey', { credential: root, params, body: { status: 'active' } }),
    await world.refused('rotateAPIKey', { credential: root, params }),
  ]) {
    assert.equal(reply.code, 'API_KEY_UPDATE_FAILED');
  }
});

test('a key can be switched off and on, with the version that was seen', async () => {
  const key = await made('space', inA);
  const params = { api_key_id: key.id };
  const credential = world.as('space');
  const off = await world.done('updateAPIKey', {
    credential,
    params,
    body: { status: 'disabled' },
    ifVersion: 1,
  });
  assert.deepEqual([off.version, off.data.status, await works(key.api_key)], [2, 'disabled', false]);
  const stale = await world.refused('updateAPIKey', {
    credential,
    params,
    body: { name: 'x' },
    ifVersion: 1,
  });
  assert.equal(stale.code, 'PRECONDITION_FAILED');
  const recorded = await world.recorded('api_key.updated');
  assert.equal(
    (await world.done('updateAPIKey', { credential, params, body: { status: 'disabled' } })).version,
    2,
  );
  assert.equal(await world.recorded('api_key.updated'), recorded, 'what changes nothing is not recorded');
  await world.done('updateAPIKey', { credential, params, body: { status: 'active' } });
  assert.equal(await works(key.api_key), true);
});

test('a rotation ends the old secret at once, or after its grace', async () => {
  const key = await made('space', inA);
  const params = { api_key_id: key.id };
  const credential = world.as('space');
  const second = (await world.done('rotateAPIKey', { credential, params })).data;
  assert.deepEqual([await works(key.api_key), await works(second.api_key)], [false, true]);
  assert.equal(second.previous_secret_expires_at, null);
  const third = (await world.done('rotateAPIKey', { credential, params, body: { grace_seconds: 60 } })).data;
  assert.deepEqual([await works(second.api_key), await works(third.api_key)], [true, true]);
  assert.notEqual(third.previous_secret_expires_at, null);
  await world.rows('update api_keys set previous_key_expires_at = now() where id = $1', [key.id]);
  assert.deepEqual([await works(second.api_key), await works(third.api_key)], [false, true]);
  await world.rows(`update api_keys set previous_key_expires_at = now() + interval '1 hour' where id = $1`, [
    key.id,
  ]);
  await world.done('revokeAPIKey', { credential, params });
  assert.deepEqual([await works(second.api_key), await works(third.api_key)], [false, false]);
});

test('a key under the previous secret goes on, is kept under the present one, and moves its scope once', async () => {
  const key = await made('space', inA);
  const session = { current: SESSION_SECRET, previous: [] };
  const ring = { current: 'the-next-api-key-secret-0123456789-abc', previous: [API_KEY_SECRET] };
  const next = worldOf({ ...world.services, ...authSecrets(session, ring) });
  const alone = worldOf({ ...world.services, ...authSecrets(session, { ...ring, previous: [] }) });
  const revision = async () =>
    Number(
      (await world.rows(`select revision from graph_revisions where scope = 'space_a'`))[0]?.['revision'],
    );
  const before = await revision();
  await Promise.all(Array.from({ length: 8 }, () => next.done('getAdminMe', { credential: key.api_key })));
  assert.equal(await revision(), before + 1);
  await alone.done('getAdminMe', { credential: key.api_key });
  assert.equal(await works(key.api_key), false);
});

test('a key permits nothing while its Space or a Group above is not active', async () => {
  const key = (await made('space', { ...inFin, group_id: 'group_ap' })).api_key;
  const can = async () => (await world.done('getAdminMe', { credential: key })).data.capabilities;
  assert.deepEqual(await can(), { 'groups:read': true });
  await world.rows(`update groups set status = 'disabled' where id = 'group_fin'`);
  assert.deepEqual(await can(), {});
  await world.rows(`update groups set status = 'active' where id = 'group_fin'`);
  await world.rows(`update spaces set status = 'disabled' where id = 'space_a'`);
  assert.deepEqual(await can(), {});
  await world.rows(`update spaces set status = 'active' where id = 'space_a'`);
  assert.deepEqual(await can(), { 'groups:read': true });
});
