import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { connect } from '../platform/schema-fixture.ts';
import { bothAnswers, credentials, hashes, insertCallers, memoryOf, rotatedAway } from './recall-world.ts';

let place: TestDatabase;
let client: pg.Client;

before(async () => {
  place = await createTestDatabase();
  client = await connect(place.url);
  await insertCallers(client);
});
after(async () => {
  await client.end();
  await place.drop();
});
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

type Who = keyof typeof credentials | 'rotatedAway';
const secretOf = (who: Who) => (who === 'rotatedAway' ? rotatedAway : credentials[who]);
/** What memory does: it knows the caller as the database does, or leaves it to it, whatever that one says. */
type Known = 'known' | 'left';
const isNow = `date_trunc('milliseconds', now())`;
const inAMoment = `${isNow} + interval '1 ms'`;
const key = (change: string) => `update api_keys set ${change} where id = 'key_space'`;
const grant = (n: number, change: string) => `update admin_grants set ${change} where id = 'grant_${n}'`;
const rotated = (until: string) =>
  key(`previous_key_hash = ${hashes.rotatedAway}, previous_key_expires_at = ${until}`);

const states: readonly (readonly [what: string, who: Who, known: Known, change: string])[] = [
  ['a key of the instance', 'instance', 'known', ''],
  ['a key of a Space', 'space', 'known', ''],
  ['a key of a Group', 'group', 'known', ''],
  ['a session', 'session', 'known', ''],
  ['a disabled key', 'space', 'left', key(`status = 'disabled'`)],
  ['a revoked key', 'space', 'left', key(`status = 'revoked', revoked_at = now()`)],
  ['a deleted key', 'space', 'left', key('deleted_at = now()')],
  ['a key that is gone', 'space', 'left', `delete from api_keys where id = 'key_space'`],
  ['a key that expires now', 'space', 'left', key(`expires_at = ${isNow}`)],
  ['a key that expires in a moment', 'space', 'known', key(`expires_at = ${inAMoment}`)],
  ['a key with other permissions', 'space', 'known', key(`permission_keys = '{members:read,authz:check}'`)],
  ['a key that was rotated', 'space', 'known', rotated(`now() + interval '1 hour'`)],
  ['the secret before a rotation, in its grace', 'rotatedAway', 'known', rotated(inAMoment)],
  ['the secret before a rotation, after its grace', 'rotatedAway', 'left', rotated(isNow)],
  ['a secret that nobody had', 'rotatedAway', 'left', ''],
  [
    'a rotated key that expires now',
    'rotatedAway',
    'left',
    `${rotated(inAMoment)}; ${key(`expires_at = ${isNow}`)}`,
  ],
  ['a key hashed under the secret before', 'space', 'left', key(`key_hash = ${hashes.earlierKey}`)],
  ['a key of a disabled Space', 'space', 'left', `update spaces set status = 'disabled'`],
  ['a key of a deleted Space', 'space', 'left', 'update spaces set deleted_at = now()'],
  [
    'a key of a disabled Group',
    'group',
    'left',
    `update groups set status = 'disabled' where id = 'group_a_apac'`,
  ],
  [
    'a key below a disabled Group',
    'group',
    'left',
    `update groups set status = 'disabled' where id = 'group_a'`,
  ],
  [
    'a key below a deleted Group',
    'group',
    'left',
    `update groups set deleted_at = now() where id = 'group_a'`,
  ],
  [
    'a key of a Group that moved',
    'group',
    'known',
    `update groups set path = 'apac', depth = 0, parent_group_id = null where id = 'group_a_apac'`,
  ],
  ['a session of a disabled User', 'session', 'left', `update users set status = 'disabled'`],
  ['a session of a deleted User', 'session', 'left', 'update users set deleted_at = now()'],
  ['a revoked session', 'session', 'left', 'update sessions set revoked_at = now()'],
  ['a session that expires now', 'session', 'left', `update sessions set expires_at = ${isNow}`],
  ['a session that expires in a moment', 'session', 'known', `update sessions set expires_at = ${inAMoment}`],
  [
    'a session hashed under the secret before',
    'session',
    'left',
    `update sessions set access_token_hash = ${hashes.earlierSession}`,
  ],
  [
    'a session without a Member',
    'session',
    'known',
    'update sessions set active_space_id = null, active_member_id = null, active_user_member_id = null',
  ],
  [
    'a session of a revoked binding',
    'session',
    'known',
    `update user_members set status = 'revoked', revoked_at = now() where id = 'um_a'`,
  ],
  ['a session of a deleted binding', 'session', 'left', 'update user_members set deleted_at = now()'],
  [
    'a session of a binding that ends now',
    'session',
    'known',
    `update user_members set expires_at = ${isNow}`,
  ],
  [
    'a session of a binding that ends in a moment',
    'session',
    'known',
    `update user_members set expires_at = ${inAMoment}`,
  ],
  ['a session of a disabled Member', 'session', 'known', `update members set status = 'disabled'`],
  ['a session of a deleted Member', 'session', 'known', 'update members set deleted_at = now()'],
  [
    'a session of a disabled Space',
    'session',
    'known',
    `update spaces set status = 'disabled' where id = 'space_a'`,
  ],
  [
    'a session of a deleted Space',
    'session',
    'known',
    `update spaces set deleted_at = now() where id = 'space_a'`,
  ],
  ['a session with a grant in a disabled Space', 'session', 'known', `update spaces set status = 'disabled'`],
  [
    'a session with a grant below a disabled Group',
    'session',
    'known',
    `update groups set status = 'disabled' where id = 'group_a'`,
  ],
  ['a revoked grant', 'session', 'known', grant(1, `status = 'revoked', revoked_at = now()`)],
  ['a deleted grant', 'session', 'known', grant(2, 'deleted_at = now()')],
  ['a grant that is gone', 'session', 'known', `delete from admin_grants where id = 'grant_5'`],
  ['a grant that ends now', 'session', 'known', grant(3, `expires_at = ${isNow}`)],
  ['a grant that ends in a moment', 'session', 'known', grant(3, `expires_at = ${inAMoment}`)],
  ['a grant for another Member', 'session', 'known', grant(5, `member_id = 'member_b'`)],
  ['a grant of another User', 'session', 'known', grant(5, `user_id = 'user_2'`)],
  [
    'a grant for a Member that is disabled',
    'session',
    'known',
    `update members set status = 'disabled' where id = 'member_a'`,
  ],
  [
    'a User with very many grants',
    'session',
    'left',
    `insert into admin_grants (id, user_id, level, permission_key)
     select 'many_' || n, 'user_1', 'instance_admin', 'audit:read' from generate_series(1, 60) as n`,
  ],
];

for (const [what, who, known, change] of states) {
  test(`memory and the database answer alike: ${what}`, async () => {
    if (change !== '') await client.query(change);
    const { proven, recalled, memory, now } = await bothAnswers(client, secretOf(who));
    if (known === 'left') return assert.equal(recalled, null);
    assert.deepEqual(recalled, proven);
    assert.notEqual(recalled, null);
    assert.ok((memory?.validFrom ?? now) <= now && now < (memory?.validUntil ?? now + 1));
    assert.equal(change.includes(inAMoment) ? memory?.validUntil : now + 1, now + 1);
  });
}

test('a session that memory left to the database is looked up anew the next time, and its User too', async () => {
  const user = `update users set status = $1 where id = (select user_id from sessions where id = 'session_a')`;
  await client.query(user, ['disabled']);
  const { recalled } = await memoryOf(client);
  assert.equal(await recalled(credentials.session), null);
  await client.query(user, ['active']);
  assert.notEqual(await recalled(credentials.session), null);
});
