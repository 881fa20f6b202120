import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { atOnce, CALLERS, race, tally, withStatus } from './race.ts';
import { assertOthersRefused, openRaceWorld, type RaceWorld } from './race-world.ts';

let world: RaceWorld;
before(async () => {
  world = await openRaceWorld();
});
after(() => world.stop());

const TYPES = '/api/v1/resource-types';
const SPACE = '/api/v1/spaces/space_1';

const upserts = [
  {
    what: 'resource type',
    entity: 'resource_type',
    path: () => TYPES,
    body: (type: string) => ({ key: type }),
  },
  {
    what: 'action',
    entity: 'resource_action',
    path: (type: string) => `${TYPES}/${type}/actions`,
    body: () => ({ key: 'read' }),
  },
  {
    what: 'mapping',
    entity: 'resource_mapping',
    path: (type: string) => `${TYPES}/${type}/mapping`,
    body: () => ({ storage_kind: 'plugin_managed' }),
  },
];

for (const { what, entity, path, body } of upserts) {
  race(`50 upserts of one ${what} create it once, and the other 49 find it`, async (round) => {
    const type = `upsert_${entity}_${round}`;
    if (what !== 'resource type') await world.done('POST', TYPES, { key: type });
    const before = await world.recorded(`${entity}.created`);
    const answers = await atOnce(() => world.call<{ id: string }>('POST', path(type), body(type)));
    assert.equal(tally(answers), `200: ${CALLERS - 1}, 201: 1`);
    assert.equal(new Set(answers.map((answer) => answer.body.data.id)).size, 1);
    assert.equal(await world.recorded(`${entity}.created`), before + 1);
    assert.equal(await world.recorded(`${entity}.updated`, answers[0]?.body.data.id), 0);
  });
}

race(
  '50 changes of one version of a row: one is made, the others are told that it is gone',
  async (round) => {
    const id = `member_version_${round}`;
    await world.done('POST', `${SPACE}/members`, { id, display_name: 'Before' });
    const answers = await atOnce((caller) =>
      world.call<{ display_name: string }>(
        'PATCH',
        `${SPACE}/members/${id}`,
        { display_name: `By ${caller}` },
        { 'If-Match': '"1"' },
      ),
    );
    const [made, ...others] = withStatus(answers, 200);
    assert.deepEqual(others, [], tally(answers));
    assertOthersRefused(answers, 200, 'PRECONDITION_FAILED');
    assert.deepEqual(await world.sql('select version, display_name from members where id = $1', [id]), [
      { version: 2, display_name: made?.body.data.display_name },
    ]);
    assert.equal(await world.recorded('member.updated', id), 1);
  },
);

race('50 changes of a row without a version are all made, one after the other', async (round) => {
  const id = `member_all_${round}`;
  await world.done('POST', `${SPACE}/members`, { id, display_name: 'Before' });
  const answers = await atOnce((caller) =>
    world.call('PATCH', `${SPACE}/members/${id}`, { display_name: `By ${caller}` }),
  );
  assert.equal(tally(answers), `200: ${CALLERS}`);
  const rows = await world.sql('select version from members where id = $1', [id]);
  assert.deepEqual(rows, [{ version: CALLERS + 1 }]);
  assert.equal(await world.recorded('member.updated', id), CALLERS);
});

race(
  '50 requests with one Idempotency-Key make one object, and whoever gets it gets the same',
  async (round) => {
    const name = `Once ${round}`;
    const headers = { 'Idempotency-Key': `once-${round}` };
    const answers = await atOnce(() =>
      world.call<{ id: string }>('POST', `${SPACE}/members`, { display_name: name }, headers),
    );
    const made = withStatus(answers, 201);
    assertOthersRefused(answers, 201, 'IDEMPOTENCY_IN_PROGRESS');
    const fresh = made.filter((answer) => answer.headers['idempotency-replayed'] === undefined);
    assert.equal(fresh.length, 1, tally(answers));
    for (const { body } of made) assert.deepEqual(body.data, fresh[0]?.body.data);
    assert.equal(await world.count('select from members where display_name = $1', [name]), 1);
    assert.equal(await world.recorded('member.created', fresh[0]?.body.data.id), 1);
  },
);
