import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError } from '../../src/contract/api-error.ts';
import type { Access } from '../../src/contract/ports.ts';
import type { AuthorizationServices } from '../../src/core/authorization/deciding/authorization-services.ts';
import { decideBatch } from '../../src/core/authorization/deciding/check-batch.ts';
import type { MemoryServices } from '../../src/core/authorization/deciding/memory-path.ts';
import { type GraphDatabase, graphDatabase } from '../graph/graph-database.ts';

let place: GraphDatabase;

before(async () => {
  place = await graphDatabase();
});
after(() => place.close());

const right = {
  ...{ permissionKey: 'authz:check', superAdmin: false, reach: { level: 'instance' as const } },
  ...{ expiresAt: null, memberId: null },
};
const access: Access = {
  principal: { kind: 'api_key', apiKeyId: 'key_1', createdByUserId: null, rights: [right] },
  reaches: [right.reach],
  again: async () => access,
  recalled: null,
};
const request = { id: 'req_1', ip: null, userAgent: null };
const question = {
  ...{ action: 'approve', resource_type: 'invoice', resource_id: 'invoice_a' },
  actor: { user_id: 'user_1', member_id: 'member_a', user_member_id: 'um_a', space_id: 'space_a' },
};
const items = Array.from({ length: 100 }, () => question);

/** Asks all of them with such a graph, and the plain path on such connections. */
function decideWith(
  follower: Pick<MemoryServices['follower'], 'graph'>,
  connect: () => Promise<unknown> = () => place.database.pool.connect(),
) {
  const memory = { log: { reserve: () => () => undefined }, clock: { now: () => 0 }, follower };
  const services = { pool: { connect }, auditMode: 'always', memory };
  return decideBatch(services as unknown as AuthorizationServices, { access, request }, items);
}

test('a question that fails while others of its batch are still to be started fails the batch, and only that', async () => {
  const full = ApiError.forNow('DECISION_QUEUE_FULL', 1);
  const follower = {
    get graph(): MemoryServices['follower']['graph'] {
      throw full;
    },
  };
  await assert.rejects(decideWith(follower), (error) => error === full);
});

test('when a question fails on the plain path nothing more of its batch is begun', async () => {
  const released = Promise.withResolvers<void>();
  let connections = 0;
  const connect = async () => {
    connections += 1;
    if (connections === 1) throw new Error('gone');
    const client = await place.database.pool.connect();
    const { release } = client;
    client.release = (error) => {
      release.call(client, error);
      released.resolve();
    };
    return client;
  };
  await assert.rejects(decideWith({ graph: null }, connect), /gone/);
  await released.promise;
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  assert.equal(connections, 2);
});
