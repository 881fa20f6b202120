import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { catchUp, GraphFollower, loadGraph, trimGraphLog } from '../../src/core/graph/index.ts';
import { reloadScope } from '../../src/core/graph/load-graph.ts';
import { preparedOn, snapshotOn } from '../../src/platform/database/index.ts';
import { graphContents } from './graph-contents.ts';
import { type GraphDatabase, graphDatabase, until } from './graph-database.ts';

const limits = { revisions: 10, rows: 40, batch: 7, batches: 1_000 };
let place: GraphDatabase;

beforeEach(async () => {
  place = await graphDatabase();
});
afterEach(() => place.close());

const rename = (name: string) => place.client.query(`update members set display_name = $1`, [name]);

async function logOf(scope: string) {
  const { rows } = await place.client.query(
    `select revision::int as revision, (select min(revision) from graph_changes where scope = $1)::int as oldest,
       (select count(*) from graph_changes where scope = $1)::int as rows
     from graph_revisions where scope = $1`,
    [scope],
  );
  return rows[0] as { revision: number; oldest: number; rows: number };
}

/** The same as if the scope had not been written to for long. */
const rest = (scope: string) =>
  place.client.query(`update graph_revisions set changed_at = now() - interval '2 hours' where scope = $1`, [
    scope,
  ]);

test('a scope that rests keeps its newest revisions; one that is written to, as many rows as there is room for', async () => {
  for (let n = 0; n < 60; n += 1) await rename(`name ${n}`);
  await rest('space_a');
  const untouched = await logOf('*');
  await trimGraphLog(place.database, limits);
  const [rested, busy] = [await logOf('space_a'), await logOf('space_b')];
  assert.equal(rested.oldest, rested.revision - limits.revisions + 1);
  assert.ok(busy.rows > limits.rows - 2 && busy.rows <= limits.rows + 1, `${busy.rows} rows`);
  assert.deepEqual(await logOf('*'), untouched);
  await rest('space_b');
  await trimGraphLog(place.database, limits);
  const also = await logOf('space_b');
  assert.equal(also.oldest, also.revision - limits.revisions + 1);
});

/** Trims a revision of a hundred rows while it is the newest one, and then in part; gives the log after each time. */
async function trimManyRows() {
  await place.client.query(`insert into members (id, space_id, display_name)
    select 'many_' || n, 'space_a', 'Many' from generate_series(1, 100) as n`);
  await trimGraphLog(place.database, limits);
  const whole = await logOf('space_a');
  await rename('after');
  await trimGraphLog(place.database, { ...limits, batches: 3 });
  return { whole, partly: await logOf('space_a') };
}

test('a revision of many rows goes in several pieces, and the newest one never', async () => {
  const { whole, partly } = await trimManyRows();
  assert.deepEqual([whole.oldest, whole.rows], [whole.revision, 100]);
  assert.deepEqual([partly.oldest, partly.rows], [whole.revision, 200 + 1 - 3 * limits.batch]);
});

test('a process of which the log has lost a part of the next revision reads the scope anew', async () => {
  const { client } = place;
  await trimManyRows();
  const graph = await snapshotOn(client, loadGraph);
  graph.setRevision('space_a', (await logOf('space_a')).oldest - 1);
  assert.deepEqual(await catchUp(preparedOn(client), graph, ['space_a', 'space_b']), ['space_a']);
  await snapshotOn(client, (snapshot) => reloadScope(snapshot, graph, 'space_a'));
  assert.deepEqual(graphContents(graph), graphContents(await snapshotOn(client, loadGraph)));
});

test('while one process trims, the others leave it to that one', async () => {
  const { client } = place;
  await client.query(`begin; select pg_advisory_xact_lock(hashtextextended('plystra.graph_log', 0))`);
  const before = await logOf('space_a');
  await trimGraphLog(place.database, limits);
  await client.query('commit');
  assert.deepEqual(await logOf('space_a'), before);
});

test('a graph that follows beside the trimming stays as one loaded afresh', async () => {
  const follower = new GraphFollower(
    place.database,
    { info: () => undefined, warn: () => undefined },
    () => undefined,
  );
  try {
    await follower.loaded;
    for (let n = 0; n < 40; n += 1) {
      await rename(`beside ${n}`);
      if (n % 3 === 0) await rest('space_a');
      if (n % 4 === 0) await trimGraphLog(place.database, limits);
      if (n % 5 === 0) await follower.catchUp(['space_a']);
    }
    await follower.catchUp(['space_a', 'space_b']);
    await until(() => follower.graph !== null);
    const fresh = graphContents(await snapshotOn(place.client, loadGraph));
    assert.deepEqual(follower.graph && graphContents(follower.graph), fresh);
  } finally {
    await follower.stop();
  }
});
