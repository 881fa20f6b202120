import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Access } from '../../src/contract/ports.ts';
import { decideFromMemory, type MemoryServices } from '../../src/core/authorization/deciding/memory-path.ts';
import { loadGraph, storedRows } from '../../src/core/graph/index.ts';
import { type FenceAnswer, FencedLog } from '../../src/core/kernel/index.ts';
import { preparedOn, snapshotOn } from '../../src/platform/database/index.ts';
import { type GraphDatabase, graphDatabase } from '../graph/graph-database.ts';

let place: GraphDatabase;
let log: FencedLog;

before(async () => {
  place = await graphDatabase();
  log = new FencedLog(place.database, () => undefined, { fenced: true });
});
after(async () => {
  await log.reset();
  await place.close();
});

const body = {
  ...{ action: 'approve', resource_type: 'invoice', resource_id: 'invoice_a' },
  actor: { user_id: 'user_1', member_id: 'member_a', user_member_id: 'um_a', space_id: 'space_a' },
};

/** A caller known from memory who may ask about everything. */
function caller(run: string): Access {
  const right = { permissionKey: 'authz:check', superAdmin: false, expiresAt: null, memberId: null };
  const rows = { session: null, user: null, validFrom: null, validUntil: null };
  const memory = { run, revisions: new Map(), ...rows };
  const access: Access = {
    principal: {
      ...{ kind: 'api_key', apiKeyId: 'key_1', createdByUserId: null },
      rights: [{ ...right, reach: { level: 'instance' } }],
    },
    reaches: [{ level: 'instance' }],
    again: async () => access,
    recalled: { memory, afresh: async () => access },
  };
  return access;
}

/** Asks on a graph that was loaded now, with some of the services replaced. */
async function decideWith(services: Partial<MemoryServices>, ofRun?: string) {
  const graph = await snapshotOn(place.client, loadGraph);
  const run = ofRun ?? graph.run;
  const usual: MemoryServices = {
    follower: { graph, catchUp: async () => undefined },
    rows: storedRows(preparedOn(place.database.pool)),
    log,
    clock: { now: () => Date.now() },
  };
  const request = { id: 'req_1', ip: null, userAgent: null, signal: new AbortController().signal };
  return decideFromMemory({ ...usual, ...services }, 'always', { access: caller(run), body, request });
}

const fencedOut: FenceAnswer = { passed: false, now: Date.now(), moved: ['space_a'] };

test('a decision is made from memory and on record', async () => {
  const decided = await decideWith({});
  assert.equal(decided?.decision.denyCode, null);
  const { rows } = await place.client.query('select from audit_logs where id = $1', [
    decided?.recorded.auditLogId,
  ]);
  assert.equal(rows.length, 1);
});

test('a decision that is fenced out is made again by what memory has caught up with', async () => {
  const graph = await snapshotOn(place.client, loadGraph);
  const caughtUp: string[] = [];
  const answers: FenceAnswer[] = [fencedOut];
  const decided = await decideWith({
    follower: {
      graph,
      catchUp: async (scopes) => {
        caughtUp.push(...scopes);
      },
    },
    log: {
      record: async (entry, signal, lane) => answers.shift() ?? log.record(entry, signal, lane),
    },
  });
  assert.equal(decided?.decision.denyCode, null);
  assert.deepEqual(caughtUp, ['space_a']);
});

test('what is fenced out three times is left to the plain path', async () => {
  let tries = 0;
  const record = async () => {
    tries += 1;
    return fencedOut;
  };
  assert.equal(await decideWith({ log: { record } }), null);
  assert.equal(tries, 3);
});

test('memory that cannot catch up, and one that is not there, leave the question to the plain path', async () => {
  const graph = await snapshotOn(place.client, loadGraph);
  const catchUp = () => Promise.reject(new Error('The graph has no connection.'));
  const record = async () => fencedOut;
  assert.equal(await decideWith({ follower: { graph, catchUp }, log: { record } }), null);
  assert.equal(await decideWith({ follower: { graph: null, catchUp } }), null);
});

test('a caller known from the memory of another run of the database server is left to the plain path', async () => {
  assert.equal(await decideWith({}, 'another run'), null);
});
