import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { insertSession, insertUser, type TestSession } from '../harness/server-credentials.ts';
import { atOnce, race, tally } from './race.ts';
import { openRaceWorld, type RaceWorld } from './race-world.ts';

let world: RaceWorld;
before(async () => {
  world = await openRaceWorld();
});
after(() => world.stop());

const effective = `
select g.user_id from admin_grants g join users u on u.id = g.user_id and u.status = 'active'
where g.level = 'instance_super_admin' and g.status = 'active' and g.expires_at is null`;

/** Two super admins and nobody else who is one. */
async function twoAdmins(round: number): Promise<TestSession[]> {
  const ids = [`admin_${round}_a`, `admin_${round}_b`];
  for (const id of ids) {
    await insertUser(world, id);
    await world.sql(
      `insert into admin_grants (id, user_id, level, permission_key)
       values ($1, $2, 'instance_super_admin', '*')`,
      [`grant_${id}`, id],
    );
  }
  await world.sql(
    `update admin_grants set status = 'revoked', revoked_at = now()
     where level = 'instance_super_admin' and status = 'active' and user_id <> all($1)`,
    [ids],
  );
  return Promise.all(ids.map((id) => insertSession(world, id)));
}

race('two super admins, revoked and disabled by 50 at once: one remains, whoever it is', async (round) => {
  const admins = await twoAdmins(round);
  const answers = await atOnce((caller) => {
    const by = admins[caller % 2] as TestSession;
    const of = admins[Math.floor(caller / 2) % 2] as TestSession;
    const path =
      caller % 3 === 0
        ? `/api/v1/users/${of.userId}/disable`
        : `/api/v1/admin/grants/grant_${of.userId}/revoke`;
    return world.api('POST', path, { token: by.token });
  });
  const left = await world.sql(effective);
  assert.equal(left.length, 1, tally(answers));
  for (const { status, text } of answers) assert.ok([200, 401, 403, 409].includes(status), text);
  assert.ok(
    answers.some(({ status }) => status === 200),
    tally(answers),
  );
});

race('one super admin, revoked and disabled by 50 keys and sessions at once, remains', async (round) => {
  const [first, second] = await twoAdmins(round + 1_000_000);
  assert.ok(first !== undefined && second !== undefined);
  await world.sql(`update admin_grants set expires_at = now() + interval '1 day' where user_id = $1`, [
    second.userId,
  ]);
  const answers = await atOnce((caller) => {
    const path =
      caller % 2 === 0
        ? `/api/v1/users/${first.userId}/disable`
        : `/api/v1/admin/grants/grant_${first.userId}/revoke`;
    return world.api('POST', path, { token: caller % 4 < 2 ? first.token : second.token });
  });
  assert.equal(tally(answers), '409: 50');
  assert.deepEqual(await world.sql(effective), [{ user_id: first.userId }]);
});
