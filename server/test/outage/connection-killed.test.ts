import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check, type OutageWorld, openOutageWorld, within } from './outage-world.ts';

let world: OutageWorld;

before(async () => {
  world = await openOutageWorld();
});
after(() => world.close());

for (const name of ['plystra graph', 'plystra audit single']) {
  test(`the connection "${name}" is killed under load: nobody is refused`, within, async () => {
    const requests = name.replaceAll(' ', '_');
    const load = world.load(requests);
    for (let round = 0; round < 3; round += 1) {
      await load.answeredMore(200);
      const killed = await world.server.sql<{ done: boolean }>(
        'select pg_terminate_backend(pid) as done from pg_stat_activity where application_name = $1',
        [name],
      );
      assert.deepEqual(killed, [{ done: true }]);
      await load.answeredMore(200);
      await world.current();
    }
    assert.equal(await world.settle(load, requests, []), 0);
  });

  test(`after "${name}" was killed a change is seen as before`, within, async () => {
    for (const [status, allow] of [
      ['disabled', false],
      ['active', true],
    ]) {
      await world.server.sql("update roles set status = $1 where id = 'role_1'", [status]);
      assert.equal((await check(world)).body.data.allow, allow);
    }
  });
}
