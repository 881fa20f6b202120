import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from '../harness/server-http.ts';
import { check, type OutageWorld, openOutageWorld, outageMs, pause, within } from './outage-world.ts';

let world: OutageWorld;
const refusals = ['NOT_READY', 'AUDIT_UNAVAILABLE'];

before(async () => {
  world = await openOutageWorld({ HTTP_WRITE_TIMEOUT: '2s', DATABASE_STATEMENT_TIMEOUT: '2s' });
});
after(() => world.close());

for (const how of ['in peace', 'by SIGQUIT'] as const) {
  test(
    `a database that is ended ${how} under load: no decision without a row, 503, and back without a restart`,
    within,
    async () => {
      const name = how.replaceAll(' ', '_');
      const load = world.load(name);
      await load.answeredMore(300);
      await world.endDatabase(how);
      await pause(outageMs);
      const gone = await check(world);
      assertRefused(gone, 'NOT_READY');
      assert.equal(gone.headers['retry-after'], '1');
      await world.startDatabase();
      await load.answeredMore(300);
      await world.current();
      assert.ok((await world.settle(load, name, refusals)) > 0);
    },
  );
}

test(
  'a database that hangs under load: no decision without a row, 503, and back without a restart',
  within,
  async () => {
    const load = world.load('hung');
    await load.answeredMore(300);
    world.proxy.hold();
    const hung = await check(world).finally(() => pause(outageMs));
    world.proxy.release();
    assertRefused(hung, 'NOT_READY');
    await load.answeredMore(300);
    await world.current();
    assert.ok((await world.settle(load, 'hung', refusals)) > 0);
  },
);

test(
  'connections that are lost without a word are given up, and decisions come from memory again without a restart',
  within,
  async () => {
    const load = world.load('forgotten');
    await load.answeredMore(300);
    const readings = () => world.server.logText().split('authorization graph read').length;
    const before = readings();
    world.proxy.forget();
    // The database keeps its own ends for a minute, with what they have locked; decisions need nothing of that.
    while (readings() === before) await pause(50);
    await load.answeredMore(300);
    world.proxy.release();
    await world.settle(load, 'forgotten', refusals);
  },
);
