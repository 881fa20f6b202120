import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { ApiError } from '../../src/contract/api-error.ts';
import type { Access } from '../../src/contract/ports.ts';
import type { AuthorizationServices } from '../../src/core/authorization/deciding/authorization-services.ts';
import { decideBatch } from '../../src/core/authorization/deciding/check-batch.ts';
import type { MemoryServices } from '../../src/core/authorization/deciding/memory-path.ts';
import { allowedQuestion } from '../harness/server-world.ts';

test('a question that fails while others of its batch are still to be started fails the batch, and only that', async () => {
  const full = ApiError.forNow('DECISION_QUEUE_FULL', 1);
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
  const memory = {
    log: { hasRoom: () => true },
    clock: { now: () => 0 },
    follower: {
      get graph(): MemoryServices['follower']['graph'] {
        throw full;
      },
    },
  };
  const services = { pool: new pg.Pool(), auditMode: 'always', memory } as unknown as AuthorizationServices;
  const request = { id: 'req_1', ip: null, userAgent: null, signal: undefined };
  const items = Array.from({ length: 100 }, () => allowedQuestion);
  await assert.rejects(decideBatch(services, { access, request } as never, items), (error) => error === full);
});
