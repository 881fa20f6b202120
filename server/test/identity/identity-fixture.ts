import assert from 'node:assert/strict';
import type { CoreReply } from '../../src/contract/core.ts';
import { validators } from '../../src/contract/generated/core/validators/index.ts';
import type { AnyHandler } from '../../src/contract/handlers.ts';
import type { Principal } from '../../src/contract/ports.ts';
import { Refusal } from '../../src/contract/refusal.ts';
import { keepsASuperAdmin, refuseUnlessAboveUser } from '../../src/core/admin/index.ts';
import { coreEntities } from '../../src/core/entities.ts';
import {
  groupHandlers,
  memberHandlers,
  spaceHandlers,
  userHandlers,
  userMemberHandlers,
} from '../../src/core/identity/index.ts';
import { PasswordHasher } from '../../src/platform/crypto/index.ts';
import { type Database, openDatabase } from '../../src/platform/database/index.ts';
import { createTestDatabase } from '../harness/database.ts';
import { guardedCall, type Sent, superAdmin } from './guarded-call.ts';

type Handlers = ReturnType<typeof handlersOf>;
type Id = keyof Handlers;
type Done<I extends Id> = Exclude<CoreReply<I>, Refusal<string>>;

/** A row of the audit log, as tests look at it. */
export type Recorded = {
  readonly action: string;
  readonly space_id: string | null;
  readonly resource_id: string;
  readonly trace: { readonly before: unknown; readonly after: unknown };
};

/** All operations of identity over an empty database. */
export type Identity = {
  readonly database: Database;
  readonly passwords: PasswordHasher;
  /** Carries an operation out, and holds what goes in and comes out against the contract. */
  done<I extends Id>(id: I, sent?: Sent<I>, principal?: Principal): Promise<Done<I>>;
  /** Tries an operation that has to be refused, and gives the refusal. */
  refused<I extends Id>(id: I, sent?: Sent<I>, principal?: Principal): Promise<Refusal<string>>;
  /** The audit rows about an object, the oldest first. */
  recorded(resourceId: string): Promise<Recorded[]>;
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** The revision of a Space, or of the instance with `*`. */
  revision(scope: string): Promise<number>;
  close(): Promise<void>;
};

/** Opens a database with nothing in it, and identity over it. */
export async function openIdentity(): Promise<Identity> {
  const test = await createTestDatabase();
  const database = await openDatabase({
    url: test.url,
    poolSize: 8,
    statementTimeoutMs: 30_000,
    connectionLifetimeMs: 600_000,
    acquireTimeoutMs: 30_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  const passwords = new PasswordHasher({
    cost: { memory: 8, passes: 1, parallelism: 1 },
    concurrency: 1,
    capacity: 1,
  });
  const handlers = handlersOf(database, passwords);
  const ask = async <I extends Id>(id: I, sent: Sent<I>, principal: Principal): Promise<CoreReply<I>> => {
    const { body } = validators[id];
    if (sent.body !== undefined) assert.ok(body?.(sent.body), `${id}: ${JSON.stringify(body?.errors)}`);
    const handler = handlers[id] as unknown as AnyHandler;
    return (await guardedCall(database, handler, id, principal, sent)) as CoreReply<I>;
  };
  const query = async (text: string, values: unknown[] = []) =>
    (await database.pool.query<Record<string, unknown>>(text, values)).rows;
  return {
    database,
    passwords,
    query,
    async close() {
      await database.close();
      await test.drop();
    },
    async done(id, sent = {}, principal = superAdmin) {
      const reply = await ask(id, sent, principal);
      assert.ok(!(reply instanceof Refusal), `${id} refused: ${JSON.stringify(reply)}`);
      const { status, data, next } = reply as { status: number; data: unknown; next?: unknown };
      const pagination = { limit: 50, cursor: next == null ? null : 'sealed', has_more: next != null };
      const envelope = { data, ...(next === undefined ? {} : { pagination }), request_id: 'req_test' };
      const valid = validators[id].responses[status];
      assert.ok(valid?.(envelope), `${id} answered ${JSON.stringify(valid?.errors)}`);
      return reply as Done<typeof id>;
    },
    async refused(id, sent = {}, principal = superAdmin) {
      const reply = await ask(id, sent, principal);
      assert.ok(reply instanceof Refusal, `${id} was not refused`);
      return reply;
    },
    async recorded(resourceId) {
      const text =
        'select action, space_id, resource_id, trace from audit_logs where resource_id = $1 order by id';
      return (await query(text, [resourceId])) as unknown as Recorded[];
    },
    async revision(scope) {
      const rows = await query('select revision::int from graph_revisions where scope = $1', [scope]);
      return Number(rows[0]?.['revision'] ?? 0);
    },
  };
}

function handlersOf(database: Database, passwords: PasswordHasher) {
  return {
    ...userHandlers({
      database,
      passwords,
      passwordMinLength: 15,
      keepsASuperAdmin,
      refuseUnlessAboveUser,
    }),
    ...spaceHandlers(database),
    ...groupHandlers(database),
    ...memberHandlers(database),
    ...userMemberHandlers(database),
  };
}
