import assert from 'node:assert/strict';
import { ApiError } from '../../src/contract/api-error.ts';
import type { CoreInput, CoreOperationId, CoreReply } from '../../src/contract/core.ts';
import { operations } from '../../src/contract/generated/core/operations.ts';
import { validators } from '../../src/contract/generated/core/validators/index.ts';
import type { AnyHandler } from '../../src/contract/handlers.ts';
import type { Operation } from '../../src/contract/operation.ts';
import type { Access, GuardedRequest, Principal, Proven } from '../../src/contract/ports.ts';
import { isRefusal, Refusal } from '../../src/contract/refusal.ts';
import { adminHandlers, apiKeyHandlers, createGuard } from '../../src/core/admin/index.ts';
import {
  type AuthServices,
  type AuthSettings,
  actorHandlers,
  authHandlers,
  authSecrets,
  createCredentials,
} from '../../src/core/auth/index.ts';
import { coreEntities } from '../../src/core/entities.ts';
import { PasswordHasher } from '../../src/platform/crypto/index.ts';
import { openDatabase, preparedOn } from '../../src/platform/database/index.ts';
import { createTestDatabase } from '../harness/database.ts';

export const BOOTSTRAP_TOKEN = 'bootstrap-token-that-is-long-enough-1';
export const REGISTRATION_TOKEN = 'registration-token-long-enough-12345';
export const PASSWORD = 'seven quiet lanterns over water';
export const SESSION_SECRET = 'session-secret-of-the-tests-0123456789';
export const API_KEY_SECRET = 'api-key-secret-of-the-tests-0123456789';

const settings: AuthSettings = {
  session: {
    accessTtlMs: 900_000,
    refreshTtlMs: 2_592_000_000,
    absoluteTtlMs: 7_776_000_000,
    refreshGraceMs: 10_000,
  },
  login: { maxFailures: 8, windowMs: 900_000, lockoutMs: 900_000 },
  password: { minLength: 15 },
  registration: {
    ordinary: { enabled: true, token: REGISTRATION_TOKEN },
    bootstrap: { enabled: true, token: BOOTSTRAP_TOKEN },
    publicUsers: true,
  },
};

/** What a test says about a request. */
export type Sent<Id extends CoreOperationId> = {
  readonly credential?: string;
  readonly params?: Partial<CoreInput<Id>['params']>;
  readonly body?: CoreInput<Id>['body'];
  readonly ip?: string | null;
  readonly page?: CoreInput<Id>['page'];
  readonly ifVersion?: number;
};

/** The answer of an operation that was carried out. */
export type Done<Id extends CoreOperationId> = Exclude<CoreReply<Id>, Refusal<string>>;

/** A database and the handlers of auth and admin over it, called as the runtime calls them. */
export async function openAuthWorld(changes: Partial<AuthSettings> = {}) {
  const file = await createTestDatabase();
  const database = await openDatabase({
    url: file.url,
    poolSize: 10,
    statementTimeoutMs: 20_000,
    acquireTimeoutMs: 20_000,
    entities: coreEntities,
    onConnectionError: () => undefined,
  });
  const secrets = authSecrets(
    { current: SESSION_SECRET, previous: [] },
    { current: API_KEY_SECRET, previous: [] },
  );
  const passwords = new PasswordHasher({ capacity: 200, cost: { memory: 64, passes: 1, parallelism: 1 } });
  const services: AuthServices = { database, passwords, ...secrets, settings: { ...settings, ...changes } };
  return {
    ...worldOf(services),
    async close() {
      await database.close();
      await file.drop();
    },
  };
}

/** The same database seen with other services: other secrets, settings or costs. */
export function worldOf(services: AuthServices) {
  const { database } = services;
  const connection = preparedOn(database.pool);
  const credentials = createCredentials(connection, services.hashers);
  const guard = createGuard(connection);
  const handlers = {
    ...authHandlers(services),
    ...actorHandlers(services),
    ...apiKeyHandlers(services),
    ...adminHandlers(services),
  };
  type Ids = keyof typeof handlers;

  async function accessOf(
    proven: Proven,
    principal: Principal,
    request: GuardedRequest,
    on = connection,
  ): Promise<Access> {
    const reaches = await guard.authorize(principal, request, on);
    return {
      principal,
      reaches,
      recalled: null,
      again: async (transaction, holding) =>
        accessOf(proven, await proven.again(transaction, holding), request, transaction),
    };
  }

  /** The reply to a request; what is thrown on its way as a refusal. */
  async function call<Id extends Ids>(id: Id, sent: Sent<Id>): Promise<CoreReply<Id>> {
    const operation: Operation = operations[id];
    const { body, responses } = validators[id];
    if (sent.body !== undefined) {
      assert.ok(body?.(sent.body), `${id} takes no such body: ${JSON.stringify(body?.errors)}`);
    }
    const params = { ...sent.params };
    const headers = sent.credential === undefined ? {} : { authorization: `Bearer ${sent.credential}` };
    try {
      const known = await credentials.authenticate(headers).catch((error: unknown) => {
        if (operation.security.anonymous) return null;
        throw error;
      });
      const proven = operation.security.session || operation.security.apiKey ? known : null;
      const access =
        proven && (await accessOf(proven, proven.principal, { operation, params, body: sent.body }));
      const reply = await (handlers[id] as unknown as AnyHandler)({
        params,
        body: sent.body,
        page: sent.page ?? { limit: 50, after: null },
        ifVersion: sent.ifVersion ?? null,
        access,
        request: {
          id: 'req_0123456789abcdef',
          ip: sent.ip === undefined ? '192.0.2.1' : sent.ip,
          userAgent: 'test',
        },
        idempotency: null,
        credential: sent.credential ?? null,
      });
      if (!isRefusal(reply)) {
        const done = reply as Exclude<typeof reply, Refusal<string>>;
        const list =
          done.next === undefined ? {} : { pagination: { limit: 50, cursor: null, has_more: false } };
        const envelope = { data: done.data, ...list, request_id: 'req_0123456789abcdef' };
        const valid = responses[done.status];
        assert.ok(
          valid?.(envelope),
          `The answer of ${id} breaks its contract: ${JSON.stringify(valid?.errors)}`,
        );
      } else {
        const { code } = reply as Refusal<string>;
        assert.ok(operation.errors.includes(code), `${id} does not declare ${code}`);
      }
      return reply as CoreReply<Id>;
    } catch (error) {
      if (error instanceof ApiError)
        return new Refusal(error.code, error.details) as unknown as CoreReply<Id>;
      throw error;
    }
  }

  /** The data of a request that has to be carried out. */
  async function done<Id extends Ids>(id: Id, sent: Sent<Id>): Promise<Done<Id>> {
    const reply = (await call(id, sent)) as object;
    if (isRefusal(reply)) assert.fail(`${id} was refused: ${JSON.stringify(reply)}`);
    return reply as Done<Id>;
  }

  /** The refusal of a request that must not be carried out. */
  async function refused<Id extends Ids>(id: Id, sent: Sent<Id>): Promise<Refusal<string>> {
    const reply = (await call(id, sent)) as object;
    if (!isRefusal(reply)) assert.fail(`${id} was carried out: ${JSON.stringify(reply)}`);
    return reply as Refusal<string>;
  }

  /** Rows of a statement. */
  async function rows(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await database.pool.query(text, values)).rows as Record<string, unknown>[];
  }

  /** How often an action was recorded. */
  async function recorded(action: string): Promise<number> {
    return (await rows('select from audit_logs where action = $1', [action])).length;
  }

  /** Registers the first super admin and gives the session. */
  async function bootstrap(email = 'root@example.com') {
    const body = { email, password: PASSWORD, registration_token: BOOTSTRAP_TOKEN };
    return (await done('register', { body })).data;
  }

  /** Adds an active User with the password of the tests, without Member. */
  async function addUser(id: string, password = PASSWORD): Promise<void> {
    const hash = await services.passwords.hash(password);
    await rows('insert into users (id, email, password_hash) values ($1, $2, $3)', [
      id,
      `${id}@example.com`,
      hash,
    ]);
  }

  /** Logs a User in and gives the answer. */
  async function logIn(id: string) {
    return (await done('login', { body: { email: `${id}@example.com`, password: PASSWORD } })).data;
  }

  return { services, call, done, refused, rows, recorded, bootstrap, addUser, logIn };
}

/** The world that a test runs in. */
export type AuthWorld = Awaited<ReturnType<typeof openAuthWorld>>;
