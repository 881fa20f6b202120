import type { CoreInput, CoreOperationId } from '../../src/contract/core.ts';
import { operations } from '../../src/contract/generated/core/operations.ts';
import type { AnyHandler, AnyReply } from '../../src/contract/handlers.ts';
import type { Operation } from '../../src/contract/operation.ts';
import type { Access, GuardedRequest, Principal } from '../../src/contract/ports.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { createGuard } from '../../src/core/admin/index.ts';
import type { Database, Queryable } from '../../src/platform/database/index.ts';

/** What a test sends; the rest is as in a request without headers. */
export type Sent<Id extends CoreOperationId> = {
  readonly params?: Partial<CoreInput<Id>['params']>;
  readonly body?: CoreInput<Id>['body'];
  readonly page?: CoreInput<Id>['page'];
  readonly ifVersion?: number;
  readonly idempotencyKey?: string;
};

/** A session that holds a permission at each of the reaches. `*` at the instance is a super admin. */
export function holding(permissionKey: string, ...reaches: readonly Reach[]): Principal {
  const rights = reaches.map((reach) => ({
    permissionKey,
    reach,
    superAdmin: permissionKey === '*' && reach.level === 'instance',
    expiresAt: null,
    memberId: null,
  }));
  return { kind: 'session', sessionId: 'sess_test', userId: 'user_caller', actor: null, rights };
}

/** A session that may do everything. */
export const superAdmin: Principal = holding('*', { level: 'instance' });

/** Calls a handler as the runtime does after validation: behind the real guard, which throws ApiError. */
export async function guardedCall<Id extends CoreOperationId>(
  database: Database,
  handler: AnyHandler,
  id: Id,
  principal: Principal,
  sent: Sent<Id>,
): Promise<AnyReply> {
  const operation: Operation = operations[id];
  const params: Record<string, unknown> = { ...sent.params };
  const key = sent.idempotencyKey;
  return handler({
    params,
    body: sent.body,
    page: sent.page ?? { limit: 50, after: null },
    ifVersion: sent.ifVersion ?? null,
    access: await accessOf(database.pool, { operation, params, body: sent.body }, principal),
    request: { id: 'req_test', ip: '192.0.2.1', userAgent: 'test' },
    idempotency:
      key === undefined ? null : { operationId: id, key, requestHash: JSON.stringify([params, sent.body]) },
    credential: null,
  });
}

async function accessOf(
  connection: Queryable,
  request: GuardedRequest,
  principal: Principal,
): Promise<Access> {
  const reaches = await createGuard(connection).authorize(principal, request);
  return {
    principal,
    reaches,
    recalled: null,
    again: (transaction) => accessOf(transaction, request, principal),
  };
}
