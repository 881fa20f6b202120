import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { catchUp, type Graph, GraphFollower, loadGraph } from '../../src/core/graph/index.ts';
import { preparedOn, snapshotOn } from '../../src/platform/database/index.ts';
import { graphContents } from './graph-contents.ts';
import { type GraphDatabase, graphDatabase, until } from './graph-database.ts';

let place: GraphDatabase;
let follower: GraphFollower;
let losses = 0;

before(async () => {
  place = await graphDatabase();
});
after(() => place.close());
beforeEach(() => {
  losses = 0;
  follower = startFollower();
});
afterEach(() => follower.stop());

function startFollower(): GraphFollower {
  return new GraphFollower(place.database, { info: () => undefined, warn: () => undefined }, () => {
    losses += 1;
  });
}

const nameOf = (graph: Graph | null) => graph?.memberships.member('member_a')?.displayName;
const rename = (name: string) =>
  place.client.query(`update members set display_name = $1 where id = 'member_a'`, [name]);
const endConnections = () =>
  place.client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'plystra graph' and datname = current_database()`,
  );

async function isAsLoadedAfresh(graph: Graph | null): Promise<void> {
  assert.ok(graph);
  const fresh = await snapshotOn(place.client, loadGraph);
  assert.deepEqual(graphContents(graph), graphContents(fresh));
}

test('it reads the graph, and is loading until then', async () => {
  assert.equal(follower.state, 'loading');
  assert.equal(follower.graph, null);
  await assert.rejects(follower.catchUp(['space_a']), /no connection/);
  await follower.loaded;
  assert.equal(follower.state, 'current');
  await isAsLoadedAfresh(follower.graph);
});

test('who asks it to catch up finds what was committed before', async () => {
  await follower.loaded;
  for (let n = 0; n < 20; n += 1) {
    await rename(`asked ${n}`);
    await Promise.all([follower.catchUp(['space_a']), follower.catchUp(['space_b', '*'])]);
    assert.equal(nameOf(follower.graph), `asked ${n}`);
  }
});

test('a change that one process announces reaches the graph of another', async () => {
  const other = startFollower();
  try {
    await Promise.all([follower.loaded, other.loaded]);
    await rename('announced');
    other.announce(['space_a']);
    await until(() => nameOf(follower.graph) === 'announced' && nameOf(other.graph) === 'announced');
  } finally {
    await other.stop();
  }
});

test('many changes at once are announced, however long the names of their scopes are', async () => {
  await follower.loaded;
  const longest = Array.from({ length: 60 }, (_, n) => `${String(n).padStart(2, '0')}${'𝔰'.repeat(126)}`);
  follower.announce(longest);
  await follower.catchUp(['space_a']);
  assert.equal(losses, 0);
});

test('a change that nobody announces is found all the same', async () => {
  await follower.loaded;
  await rename('raw');
  await until(() => nameOf(follower.graph) === 'raw');
});

test('after its connection was ended it reads the graph anew, and tells that it was lost', async () => {
  await follower.loaded;
  const before = follower.graph;
  await endConnections();
  await rename('while away');
  await until(() => losses > 0);
  await until(() => follower.graph !== null);
  assert.notEqual(follower.graph, before);
  assert.equal(nameOf(follower.graph), 'while away');
  await rename('back');
  await follower.catchUp(['space_a']);
  assert.equal(nameOf(follower.graph), 'back');
});

test('told that somebody else has lost the server, it has no graph until it has read it anew', async () => {
  await follower.loaded;
  const before = follower.graph;
  follower.readAnew();
  assert.equal(follower.state, 'lost');
  assert.equal(follower.graph, null);
  await until(() => follower.graph !== null);
  assert.notEqual(follower.graph, before);
});

test('who waits for it to catch up when its connection is ended is not left waiting', async () => {
  await follower.loaded;
  await place.client.query('begin; lock table members in access exclusive mode');
  const waiting = follower.catchUp(['space_a']);
  const rejected = assert.rejects(waiting);
  await place.database.pool.query('select 1');
  await endConnections();
  await rejected;
  await place.client.query('rollback');
  await until(() => follower.graph !== null);
});

test('a change of 50,000 rows in one statement is followed by the log', async () => {
  await follower.loaded;
  await place.client.query(`
    insert into members (id, space_id, display_name)
    select 'many_' || n, 'space_a', 'Many' from generate_series(1, 50000) as n`);
  await follower.catchUp(['space_a']);
  await place.client.query(`update members set status = 'disabled' where id like 'many\\_%'`);
  const { graph } = follower;
  assert.ok(graph);
  assert.deepEqual(await catchUp(preparedOn(place.client), graph, ['space_a']), []);
  await isAsLoadedAfresh(graph);
});

test('a change of more rows than are taken from the log makes it read the scope anew', async () => {
  await follower.loaded;
  await place.client.query(`
    insert into members (id, space_id, display_name)
    select 'more_' || n, 'space_b', 'More' from generate_series(1, 100001) as n`);
  const graph = follower.graph as Graph;
  const { members } = graph.memberships.size;
  assert.deepEqual(await catchUp(preparedOn(place.client), graph, ['space_b', 'space_a']), ['space_b']);
  assert.equal(graph.memberships.size.members, members, 'nothing of it was taken in');
  await follower.catchUp(['space_b']);
  assert.equal(follower.graph?.memberships.member('more_100001')?.displayName, 'More');
});

test('scopes that have too many rows together, and not by themselves, are all followed by the log', async () => {
  const graph = await snapshotOn(place.client, loadGraph);
  for (const space of ['a', 'b']) {
    await place.client.query(`
      insert into members (id, space_id, display_name)
      select 'both_${space}_' || n, 'space_${space}', 'Both' from generate_series(1, 4) as n`);
  }
  const scopes = ['space_b', 'space_a'];
  assert.deepEqual((await catchUp(preparedOn(place.client), graph, scopes, 3)).toSorted(), scopes.toSorted());
  assert.deepEqual(await catchUp(preparedOn(place.client), graph, scopes, 4), []);
  await isAsLoadedAfresh(graph);
});

test('a scope that never moved stands at 0, before and after it was asked for', async () => {
  await follower.loaded;
  await follower.catchUp(['space_that_never_was']);
  assert.equal(follower.graph?.revision('space_that_never_was'), 0);
  assert.equal(follower.graph?.revision('space_that_nobody_asked_for'), 0);
});

test('it ends while it is still connecting or reading', async () => {
  const others = [startFollower(), startFollower()];
  await others[0]?.stop();
  await others[1]?.loaded;
  await others[1]?.stop();
  assert.equal(others[1]?.graph, null);
});
