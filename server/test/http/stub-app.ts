import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from '@koa/router';
import { type AppOptions, createApp } from '../../src/contract/app.ts';
import { bindOperation, type Pipeline } from '../../src/contract/bind-operation.ts';
import { operations } from '../../src/contract/generated/core/operations.ts';
import { routers } from '../../src/contract/generated/core/routes/index.ts';
import { validators } from '../../src/contract/generated/core/validators/index.ts';
import { errorCodes } from '../../src/contract/generated/error-codes.ts';
import type { Operation } from '../../src/contract/operation.ts';
import type { Principal } from '../../src/contract/ports.ts';
import type { HeldRight } from '../../src/contract/rights.ts';

/** An id of an operation of Core. */
export type OperationId = keyof typeof operations;

/** The operations of Core by id, as the runtime sees them. */
export const operationTable: Readonly<Record<string, Operation>> = operations;

/** A pipeline of the real routes in which the parts that a test does not care about accept everything. */
export type StubParts = Partial<Pipeline> & {
  /** A path with a parameter below which all routers are mounted. */
  readonly mountedBelow?: string;
  /** Where it listens; on any free port if left out. */
  readonly port?: number;
  readonly logRequest?: AppOptions['logRequest'];
};

/** A principal that holds the given rights, with a session or an API key. */
export function principalWith(rights: readonly HeldRight[], kind: 'session' | 'api_key'): Principal {
  return kind === 'session'
    ? { kind, sessionId: 'session_1', userId: 'user_1', actor: null, rights }
    : { kind, apiKeyId: 'key_1', createdByUserId: null, rights };
}

/** The request of an operation with a made-up id for each path parameter. */
export function requestFor(id: string): { readonly method: string; readonly path: string } {
  const operation = operationTable[id];
  if (operation === undefined) throw new Error(`There is no operation ${id}.`);
  return { method: operation.method.toUpperCase(), path: operation.path.replaceAll(/\{[^}]+\}/g, 'x_1') };
}

/** Validators that find nothing wrong with anything. */
export const lenientValidators: Pipeline['validators'] = Object.fromEntries(
  Object.entries(validators).map(([id, { responses }]) => {
    const any = Object.fromEntries(Object.keys(responses).map((status) => [status, () => true]));
    return [id, { params: () => true, body: () => true, responses: any }];
  }),
);

const nothing = async () => ({ status: 200, data: {} });

/** Serves the routes of Core over a pipeline made of stubs, without logs and without a database. */
export async function startStubApp(parts: StubParts): Promise<{ url: string; stop: () => Promise<void> }> {
  const bind = bindOperation({
    operations: operationTable,
    validators: lenientValidators,
    credentials: {
      sent: () => null,
      authenticate: async () => {
        const principal = principalWith([], 'session');
        return { principal, again: async () => principal };
      },
    },
    guard: { authorize: async () => [] },
    cursors: { seal: (plain) => plain, open: (sealed) => sealed },
    fingerprint: (text) => text,
    admitAnonymous: () => undefined,
    bodyLimits: { maxBytes: 1_048_576, maxDepth: 32, maxValues: 20_000 },
    responseCheck: { mode: 'always', report: () => undefined },
    ...parts,
    handlers: {
      ...Object.fromEntries(Object.keys(operations).map((id) => [id, nothing])),
      ...parts.handlers,
    },
  });
  const mounted = routers.map((router) => router(bind));
  const outer = new Router();
  for (const router of mounted) outer.use(parts.mountedBelow ?? '', router.routes());
  const app = createApp({
    routers: parts.mountedBelow === undefined ? mounted : [outer],
    operations: operationTable,
    errorCodes,
    corsOrigins: ['https://app.example.com'],
    requestIdHeader: 'X-Request-ID',
    writeTimeoutMs: 10_000,
    clientAddress: () => null,
    accepting: () => true,
    translateFault: (error) => error,
    logRequest: parts.logRequest ?? (() => undefined),
    extra: [],
  });
  const server = createServer(app.callback());
  server.listen(parts.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
