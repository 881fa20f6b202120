import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadGraph, type SeenResource, storedRows } from '../../src/core/graph/index.ts';
import { type Fence, FencedLog } from '../../src/core/kernel/index.ts';
import { preparedOn, snapshotOn } from '../../src/platform/database/index.ts';
import { type GraphDatabase, graphDatabase } from '../graph/graph-database.ts';
import { entriesFor, type MakeEntry } from './fenced-entry.ts';

let place: GraphDatabase;
let log: FencedLog;
let fencedEntry: MakeEntry;

before(async () => {
  place = await graphDatabase();
  fencedEntry = await entriesFor(place);
  log = new FencedLog(place.database, () => undefined, { fenced: true });
  await place.client.query(`
    insert into resources (id, resource_type, space_id, group_id, owner_member_id)
      values ('resource_1', 'invoice', 'space_a', 'group_a', 'member_a');
    insert into resource_types (id, key, display_name) values ('rt_2', 'contract', 'Contract');
    insert into members (id, space_id, display_name) values ('member_a2', 'space_a', 'Other');
    insert into sessions (id, user_id, access_token_hash, refresh_token_hash, expires_at, refresh_expires_at,
        absolute_expires_at, active_space_id, active_member_id, active_user_member_id)
      select 'session_1', user_id, repeat('a', 64), repeat('r', 64), date_trunc('milliseconds', now()) + '1 hour',
        now() + '1 hour', now() + '2 hours', space_id, member_id, id from user_members where id = 'um_a'`);
});
after(async () => {
  await log.reset();
  await place.close();
});

/** What the caches read of the rows as they are now. */
async function seen(): Promise<Pick<Fence, 'resource' | 'user' | 'session'>> {
  const rows = storedRows(preparedOn(place.client));
  const { rows: sessions } = await place.client.query(
    `select access_token_hash as hash, user_id as "userId" from sessions`,
  );
  const { hash, userId } = sessions[0] as { hash: string; userId: string };
  return {
    resource: { id: 'resource_1', row: await rows.resources.get('resource_1') },
    user: { id: userId, row: await rows.users.get(userId) },
    session: await rows.sessions.get(hash),
  };
}

async function isOnRecord(id: string): Promise<boolean> {
  const { rows } = await place.client.query('select from audit_logs where id = $1', [id]);
  return rows.length > 0;
}

/** Records an entry; holds that its row is there when its fence holds, and only then. */
async function passes(fence: Partial<Fence>, kept = true): Promise<boolean> {
  const entry = { ...fencedEntry(fence), kept };
  const { passed } = await log.record(entry, undefined, 'single');
  assert.equal(await isOnRecord(entry.row.id), passed && kept);
  return passed;
}

async function revision(scope: string): Promise<number> {
  const { rows } = await place.client.query('select revision from graph_revisions where scope = $1', [scope]);
  return Number(rows[0]?.revision ?? 0);
}

test('a session that ends far ahead is the one that was read, to the millisecond', async () => {
  const before = (await place.client.query('select expires_at from sessions')).rows[0] as {
    expires_at: Date;
  };
  try {
    await place.client.query(`update sessions set expires_at = '9999-12-30T23:59:59.999Z',
      refresh_expires_at = '9999-12-30T23:59:59.999Z', absolute_expires_at = '9999-12-30T23:59:59.999Z'`);
    assert.equal(await passes(await seen()), true);
    const { session } = await seen();
    assert.ok(session !== null);
    assert.equal(await passes({ session: { ...session, expiresAt: session.expiresAt - 1 } }), false);
  } finally {
    await place.client.query('update sessions set expires_at = $1', [before.expires_at]);
  }
});

test('rows that are as they were seen let a decision pass', async () => {
  const all = await seen();
  assert.ok(all.resource?.row && all.user?.row && all.session);
  assert.equal(await passes(all), true);
  assert.equal(await passes({}), true);
});

test('a decision that is not kept is verified all the same, and writes nothing', async () => {
  assert.equal(await passes(await seen(), false), true);
  assert.equal(await passes({ revisions: new Map([['space_a', 0]]) }, false), false);
});

const resource = (to: string) => `resources set ${to} where id = 'resource_1'`;
const changes: readonly (readonly [what: string, change: string, back: string])[] = [
  ['the version of the resource', resource('version = 2'), resource('version = 1')],
  ['its type', resource(`resource_type = 'contract'`), resource(`resource_type = 'invoice'`)],
  ['its Group', resource('group_id = null'), resource(`group_id = 'group_a'`)],
  ['its owner', resource(`owner_member_id = 'member_a2'`), resource(`owner_member_id = 'member_a'`)],
  ['its status', resource(`status = 'archived'`), resource(`status = 'active'`)],
  ['the status of the User', `users set status = 'disabled'`, `users set status = 'active'`],
  ['a User that is deleted', 'users set deleted_at = now()', 'users set deleted_at = null'],
  [
    'the hash of the session',
    `sessions set access_token_hash = repeat('b', 64)`,
    `sessions set access_token_hash = repeat('a', 64)`,
  ],
  [
    'the binding of the session',
    'sessions set active_user_member_id = null, active_member_id = null, active_space_id = null',
    `sessions set active_user_member_id = 'um_a', active_member_id = 'member_a', active_space_id = 'space_a'`,
  ],
  ['a session that is revoked', 'sessions set revoked_at = now()', 'sessions set revoked_at = null'],
  [
    'a session that ends earlier',
    `sessions set expires_at = expires_at - interval '1 minute'`,
    `sessions set expires_at = expires_at + interval '1 minute'`,
  ],
];
for (const [what, change, back] of changes) {
  test(`a fence sees ${what}`, async () => {
    const before = await seen();
    await place.client.query(`update ${change}`);
    try {
      assert.equal(await passes(before), false);
    } finally {
      await place.client.query(`update ${back}`);
    }
    assert.equal(await passes(before), true);
  });
}

test('what was seen as absent may not be there, and the other way round', async () => {
  const absent = { id: 'resource_late', row: null };
  const noUser = { id: 'user_late', row: null };
  assert.equal(await passes({ resource: absent, user: noUser }), true);
  await place.client.query(`
    insert into resources (id, resource_type, space_id) values ('resource_late', 'invoice', 'space_a');
    insert into users (id, email) values ('user_late', 'late@example.com')`);
  assert.equal(await passes({ resource: absent }), false);
  assert.equal(await passes({ user: noUser }), false);
  const { resource } = await seen();
  const gone = { id: 'resource_none', row: { ...(resource?.row as SeenResource), id: 'resource_none' } };
  assert.equal(await passes({ resource: gone }), false);
});

test('each scope has to stand where it was read, also one that never moved; those that moved are named', async () => {
  const now = await revision('space_a');
  const revisions = new Map([
    ['*', await revision('*')],
    ['space_a', now],
    ['space_that_never_was', 0],
  ]);
  assert.equal(await passes({ revisions }), true);
  for (const off of [-1, 1]) {
    const entry = fencedEntry({ revisions: new Map(revisions).set('space_a', now + off) });
    const answer = await log.record(entry, undefined, 'single');
    assert.deepEqual([answer.passed, answer.moved], [false, ['space_a']]);
  }
  assert.equal(await passes({ revisions: new Map([['space_that_never_was', 1]]) }), false);
});

test('revisions count on the run of the database server that they are of, and on no other', async () => {
  const revisions = new Map([['space_a', await revision('space_a')]]);
  const { run } = await snapshotOn(place.client, loadGraph);
  assert.equal(await passes({ run, revisions }), true);
  assert.equal(await passes({ run: '1', revisions }), false);
});

test('traces of one batch are kept letter for letter, whatever is in them, each with its row', async () => {
  const traces = ['"quoted" \\ {curly}, comma', 'Größe 数 🙂', '', 'NULL', '\u2028\n\t'].map((told) =>
    JSON.stringify({ told }),
  );
  const entries = traces.map((trace) => fencedEntry({}, { trace }));
  await Promise.all(entries.map((entry) => log.record(entry, undefined, 'bulk')));
  const { rows } = await place.client.query(
    'select trace::text as text from unnest($1::text[]) with ordinality as q (id, at) join audit_logs using (id) order by at',
    [entries.map(({ row }) => row.id)],
  );
  assert.deepEqual(
    rows.map(({ text }) => text),
    traces,
  );
});

test('entries of one batch are each held against the revision that they read', async () => {
  const now = await revision('space_a');
  const held = [now, now - 1, now].map((at) =>
    log.record(fencedEntry({ revisions: new Map([['space_a', at]]) }), undefined, 'single'),
  );
  assert.deepEqual(
    (await Promise.all(held)).map(({ passed }) => passed),
    [true, false, true],
  );
});

test('entries of one batch are each told what moved of theirs', async () => {
  const now = await revision('space_a');
  const { run } = await snapshotOn(place.client, loadGraph);
  const fences: Partial<Fence>[] = [
    { revisions: new Map([['space_a', now]]) },
    { revisions: new Map(Object.entries({ space_a: now + 1, space_none: 0 })) },
    { run: 'another', revisions: new Map([['space_a', now]]) },
    { run, revisions: new Map(Object.entries({ space_a: now, space_none: 7 })) },
    { revisions: new Map([['space_a', now]]), validUntil: 0 },
    {},
  ];
  const held = fences.map((fence) => log.record(fencedEntry(fence), undefined, 'single'));
  assert.deepEqual(
    (await Promise.all(held)).map(({ passed, moved }) => [passed, moved]),
    [
      [true, []],
      [false, ['space_a']],
      [false, []],
      [false, ['space_none']],
      [false, []],
      [true, []],
    ],
  );
});

test('a decision holds from its first instant on, and up to but not including its end', async () => {
  const { now } = await log.record(fencedEntry(), undefined, 'single');
  const [past, future] = [now - 60_000, now + 3_600_000];
  assert.equal(await passes({ validFrom: past, validUntil: future }), true);
  assert.equal(await passes({ validFrom: future }), false);
  assert.equal(await passes({ validUntil: past }), false);
  // The clock has gone on since, so the instant that it told is over.
  assert.equal(await passes({ validFrom: now }), true);
  assert.equal(await passes({ validUntil: now }), false);
});
