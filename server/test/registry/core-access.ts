import type { CoreInput, CoreOperationId } from '../../src/contract/core.ts';
import { operations } from '../../src/contract/generated/core/operations.ts';
import type { Access, GuardedRequest, Principal } from '../../src/contract/ports.ts';
import type { Reach } from '../../src/contract/reach.ts';
import { createGuard } from '../../src/core/admin/index.ts';
import { coreEntities } from '../../src/core/entities.ts';
import { type Database, openDatabase, type Queryable } from '../../src/platform/database/index.ts';
import { createTestDatabase } from '../harness/database.ts';

/** A database of one test file's own, opened as a server opens it. */
export type OpenedDatabase = Database & { drop(): Promise<void> };

/** Creates a migrated database with nothing in it, and opens it. `drop` closes it, too. */
export async function openTestDatabase(): Promise<OpenedDatabase> {
  const test = await createTestDatabase();
  const database = await openDatabase({
    url: test.url,
    poolSize: 8,
    statementTimeoutMs: 30_000,
    connectionLifetimeMs: 60_000,
    acquireTimeoutMs: 30_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  const drop = async () => {
    await database.close();
    await test.drop();
  };
  return { ...database, drop };
}

/** A session that holds one permission at each of the reaches. */
export function holding(permissionKey: string, ...reaches: readonly Reach[]): Principal {
  const rights = reaches.map((reach) => ({
    permissionKey,
    reach,
    superAdmin: false,
    expiresAt: null,
    memberId: null,
  }));
  return { kind: 'session', sessionId: 'sess_test', userId: 'user_test', actor: null, rights };
}

/** The access that the real guard gives a principal, also inside a mutation. Rejects with ApiError as the guard. */
export function guardedAccess<Id extends CoreOperationId>(
  connection: Queryable,
  principal: Principal,
  id: Id,
  params: Partial<CoreInput<Id>['params']>,
  body?: CoreInput<Id>['body'],
): Promise<Access> {
  const request = { operation: operations[id], params: params as Record<string, unknown>, body };
  return accessOf(connection, principal, request);
}

async function accessOf(
  connection: Queryable,
  principal: Principal,
  request: GuardedRequest,
): Promise<Access> {
  const reaches = await createGuard(connection).authorize(principal, request);
  return {
    principal,
    reaches,
    recalled: null,
    again: (transaction) => accessOf(transaction, principal, request),
  };
}

/** The audit actions about one object, oldest first. */
export async function auditActions(database: Database, id: string): Promise<string[]> {
  const { rows } = await database.pool.query(
    'select action from audit_logs where resource_id = $1 order by created_at, id',
    [id],
  );
  return rows.map(({ action }) => String(action));
}
