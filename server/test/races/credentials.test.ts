import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { mintToken } from '../../src/platform/crypto/index.ts';
import { insertApiKey, insertSession, insertUser } from '../harness/server-credentials.ts';
import { atOnce, behindProxy, CALLERS, fromAddress, race, tally, withStatus } from './race.ts';
import { assertOthersRefused, openRaceWorld, type RaceWorld } from './race-world.ts';

let world: RaceWorld;
before(async () => {
  world = await openRaceWorld({ env: behindProxy });
  await insertUser(world, 'refresher');
});
after(() => world.stop());

const knows = async (key: string) => (await world.api('GET', '/api/v1/admin/me', { key })).status === 200;

race('50 refreshes of one token use it once, and all get the one pair that follows', async (round) => {
  const { sessionId } = await insertSession(world, 'refresher');
  const token = mintToken('ply_rt_');
  await world.sql('update sessions set refresh_token_hash = $2 where id = $1', [
    sessionId,
    world.hashers.refreshToken.hash(token),
  ]);
  const answers = await atOnce(() =>
    world.api('POST', '/api/v1/auth/refresh', {
      body: { refresh_token: token },
      headers: fromAddress(round),
    }),
  );
  assert.equal(tally(answers), `200: ${CALLERS}`);
  assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body.data))).size, 1);
  const rows = await world.sql('select generation, revoked_at from sessions where id = $1', [sessionId]);
  assert.deepEqual(rows, [{ generation: 2, revoked_at: null }]);
  const consumed = 'select from session_refresh_tokens where session_id = $1';
  assert.equal(await world.count(consumed, [sessionId]), 1);
});

race('50 rotations of a key without grace leave the last secret alive and no other', async () => {
  const { apiKeyId, key } = await insertApiKey(world, { permissions: ['groups:read'] });
  const answers = await atOnce(() =>
    world.call<{ key: string }>('POST', `/api/v1/api-keys/${apiKeyId}/rotate`, {}),
  );
  assert.equal(tally(answers), `200: ${CALLERS}`);
  const secrets = answers.map(({ text }) => /ply_ak_[^"]+\.[0-9a-f]+/.exec(text)?.[0] ?? '');
  assert.equal(new Set(secrets).size, CALLERS);
  const alive = [];
  for (const secret of [key, ...secrets]) if (await knows(secret)) alive.push(secret);
  assert.equal(alive.length, 1);
  assert.equal(await world.recorded('api_key.rotated', apiKeyId), CALLERS);
});

race('a key that 50 rotate with its own secret is rotated once: the others hold a dead secret', async () => {
  const permissions = ['api_keys:manage'];
  const { apiKeyId, key } = await insertApiKey(world, { permissions });
  const answers = await atOnce(() =>
    world.api('POST', `/api/v1/api-keys/${apiKeyId}/rotate`, { key, body: {} }),
  );
  assert.equal(withStatus(answers, 200).length, 1, tally(answers));
  assertOthersRefused(answers, 200, 'AUTHENTICATION_REQUIRED');
  const secret = /ply_ak_[^"]+\.[0-9a-f]+/.exec(withStatus(answers, 200)[0]?.text ?? '')?.[0] ?? '';
  assert.deepEqual([await knows(key), await knows(secret)], [false, true]);
  assert.equal(await world.recorded('api_key.rotated', apiKeyId), 1);
});

race(
  'a right that is revoked makes no key from then on, of 49 that its holder makes meanwhile',
  async (round) => {
    const holder = `holder_${round}`;
    await insertUser(world, holder);
    const { token } = await insertSession(world, holder);
    for (const [at, permission] of ['api_keys:create', 'groups:read'].entries()) {
      await world.sql(
        `insert into admin_grants (id, user_id, level, space_id, permission_key)
       values ($1, $2, 'space_admin', 'space_1', $3)`,
        [`grant_${holder}_${at}`, holder, permission],
      );
    }
    const grant = `grant_${holder}_${round % 2}`;
    const body = { name: 'Mine', level: 'space', space_id: 'space_1', permission_keys: ['groups:read'] };
    const answers = await atOnce((caller) =>
      caller === 10
        ? world.call('POST', `/api/v1/admin/grants/${grant}/revoke`)
        : world.api('POST', '/api/v1/api-keys', { token, body }),
    );
    const [revoked] = answers.splice(10, 1);
    assert.equal(revoked?.status, 200);
    assertOthersRefused(answers, 201, 'ADMIN_PERMISSION_REQUIRED');
    // The revisions of a Space are the order in which its changes were committed.
    const [end] = await world.sql<{ revision: string }>(
      `select max(revision) as revision from graph_changes where entity = 'admin_grants' and entity_id = $1`,
      [grant],
    );
    const later = await world.sql(
      `select c.entity_id from graph_changes c join api_keys k on k.id = c.entity_id
     where c.scope = 'space_1' and c.entity = 'api_keys' and k.created_by_user_id = $1 and c.revision > $2`,
      [holder, end?.revision],
    );
    assert.deepEqual(later, [], tally(answers));
    const made = await world.count('select from api_keys where created_by_user_id = $1', [holder]);
    assert.equal(made, withStatus(answers, 201).length);
  },
);

race('a User who is disabled makes no key from then on, of 49 that it makes meanwhile', async (round) => {
  const userId = `leaver_${round}`;
  await insertUser(world, userId);
  const { token } = await insertSession(world, userId);
  await world.sql(
    `insert into admin_grants (id, user_id, level, space_id, permission_key)
     values ($1, $2, 'space_admin', 'space_1', '*')`,
    [`grant_${userId}`, userId],
  );
  const body = { name: 'Mine', level: 'space', space_id: 'space_1', permission_keys: ['groups:read'] };
  let disabled = false;
  const answers = await atOnce(async (caller) => {
    if (caller === 10) {
      const answer = await world.call('POST', `/api/v1/users/${userId}/disable`);
      disabled = true;
      return { answer, late: false };
    }
    if (caller >= 25) while (!disabled) await new Promise((resolve) => setTimeout(resolve, 5));
    const answer = await world.api('POST', '/api/v1/api-keys', { token, body });
    return { answer, late: caller >= 25 };
  });
  for (const { answer, late } of answers) {
    if (late) assert.equal(answer.status, 401, answer.text);
    else assert.ok([200, 201, 401].includes(answer.status), answer.text);
  }
});
