import type { IncomingHttpHeaders } from 'node:http';
import type { Context, Middleware } from 'koa';
import type { Queryable } from '../platform/database/index.ts';
import { ApiError } from './api-error.ts';
import { decodeParameters } from './decode-parameters.ts';
import { type Answer, exchangeOf, jsonType } from './exchange.ts';
import type { AnyHandler, AnyReply, IdempotentRequest } from './handlers.ts';
import type { Operation } from './operation.ts';
import { type CursorSealer, cursorContext, pageRequest, pagination } from './page.ts';
import type {
  Access,
  Credentials,
  Guard,
  GuardedRequest,
  Principal,
  Proven,
  Recall,
  Recalled,
} from './ports.ts';
import { type BodyLimits, readJsonBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { checkResponse, type ResponseCheck } from './response-check.ts';
import type { OperationValidators } from './validators.ts';
import { mostViolations } from './violation.ts';
import { bodyViolations, parameterViolations } from './violations-of.ts';

/** All that the stages in front of a handler need. */
export type Pipeline = {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  readonly validators: Readonly<Record<string, OperationValidators>>;
  readonly credentials: Credentials;
  readonly guard: Guard;
  /**
   * For operations that take the token of a metrics collector: whether it lets the request in. False leaves it to the
   * permission; throws ApiError when there is a token and the request has not got it.
   */
  readonly admitsCollector?: (headers: IncomingHttpHeaders) => boolean;
  readonly cursors: CursorSealer;
  /** A keyed hash: bodies may hold passwords, and what is kept of them must not be guessable. */
  readonly fingerprint: (text: string) => string;
  readonly bodyLimits: BodyLimits;
  readonly responseCheck: ResponseCheck;
  /** For the operations that may know their caller from memory, since they verify it: how, and which they are. */
  readonly memory?: { readonly operations: ReadonlySet<string>; readonly recall: Recall };
  /** Counts a request without a credential; throws when its address has sent too many. */
  readonly admitAnonymous: (address: string | null) => void;
};

/**
 * The way of a request through its operation, the same for all of them and in this order: credentials, body,
 * validation, permission and scope, handler, response check, envelope.
 */
export function bindOperation(pipeline: Pipeline): (id: string) => Middleware {
  return (id) => {
    const operation = pipeline.operations[id];
    const validators = pipeline.validators[id];
    const handler = pipeline.handlers[id];
    if (operation === undefined || validators === undefined) throw new Error(`The contract has no ${id}.`);
    if (handler === undefined) throw new Error(`The operation ${id} has no handler.`);
    const paged = operation.parameters.some(({ name }) => name === 'cursor');
    return async (context) => {
      const exchange = exchangeOf(context);
      exchange.operationId = id;
      const { metricsToken = false } = operation.security;
      const collector = metricsToken && pipeline.admitsCollector?.(context.req.headers) === true;
      const recall = recallOf(pipeline, id, context);
      const recalled = recall && (await recall());
      const prove = async () => (collector ? null : identify(pipeline.credentials, operation, context));
      let proven: Proven | null = recalled ?? (await prove());
      if (proven === null && !collector) pipeline.admitAnonymous(exchange.clientAddress);
      exchange.principal = proven?.principal ?? null;
      const { params, body } = await readInput(pipeline, operation, validators, context);
      const request = { operation, params, body };
      let access = recall && recalled && (await recalledAccess(pipeline, request, recalled, recall));
      if (access === null) {
        // Memory does not refuse: whom it would not let through is proven after all.
        if (recalled !== null) proven = await prove();
        access = proven && (await accessOf(pipeline, request, proven, proven.principal));
      }
      const principal = access?.principal ?? null;
      const cursors = paged ? cursorContext(id, operation, params, principal) : '';
      const page = pageRequest(pipeline.cursors, cursors, params);
      const reply = await handler({
        params,
        body,
        page,
        ifVersion: versionIn(params['If-Match']),
        access,
        request: {
          id: exchange.requestId,
          ip: exchange.clientAddress,
          userAgent: context.req.headers['user-agent']?.slice(0, 512) || null,
          signal: exchange.signal,
        },
        idempotency: idempotentRequest(pipeline, id, params, body),
        credential: pipeline.credentials.sent(context.req.headers),
      });
      if (reply instanceof Refusal) throw declared(operation, id, reply);
      exchange.answer = answerOf(pipeline, exchange.requestId, validators, reply, {
        cursors,
        limit: page.limit,
      });
    };
  };
}

/** How the caller of an operation is known from memory; null for operations that do not do so. */
function recallOf(
  { memory }: Pipeline,
  id: string,
  { req }: Context,
): (() => Promise<Recalled | null>) | null {
  if (memory?.operations.has(id) !== true || hasTwoCredentials(req)) return null;
  return () => memory.recall(req.headers);
}

// Of two such headers Node keeps the first, and a proxy in front may have looked at the last.
function hasTwoCredentials({ rawHeaders }: Context['req']): boolean {
  let found = 0;
  // Names and values in turns, as they were sent.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 'authorization'.length && name.toLowerCase() === 'authorization') found += 1;
  }
  return found > 1;
}

async function identify(
  credentials: Credentials,
  operation: Operation,
  context: Context,
): Promise<Proven | null> {
  const { session, apiKey, anonymous } = operation.security;
  if (!session && !apiKey) return null;
  const proven = await authenticate(credentials, anonymous, context);
  if (proven === null) return null;
  if (proven.principal.kind === 'api_key' && !apiKey) {
    if (anonymous) return null;
    // What only a User can do for itself asks for a session; what only a User may grant is refused to a key.
    if (operation.permission === null) throw new ApiError('AUTHENTICATION_REQUIRED');
    throw new ApiError('ADMIN_PERMISSION_REQUIRED', { details: { permission: operation.permission } });
  }
  return proven;
}

/** Where a credential may be left out, one that is not good counts as left out. */
async function authenticate(
  credentials: Credentials,
  anonymous: boolean,
  context: Context,
): Promise<Proven | null> {
  try {
    if (hasTwoCredentials(context.req)) {
      throw new ApiError('AUTHENTICATION_REQUIRED');
    }
    const proven = await credentials.authenticate(context.req.headers);
    if (proven !== null || anonymous) return proven;
  } catch (error) {
    if (anonymous && error instanceof ApiError) return null;
    throw error;
  }
  throw new ApiError('AUTHENTICATION_REQUIRED');
}

async function readInput(
  pipeline: Pipeline,
  operation: Operation,
  validators: OperationValidators,
  context: Context,
): Promise<{ params: Record<string, unknown>; body: unknown }> {
  const body = operation.body === null ? undefined : await readJsonBody(context.req, pipeline.bodyLimits);
  const { values, violations } = decodeParameters(operation, {
    path: context.path,
    query: context.querystring,
    headers: context.req.headers,
  });
  const found = [...violations];
  if (!validators.params(values) && violations.length === 0) {
    found.push(...parameterViolations(validators.params.errors, operation.parameters));
  }
  if (body === undefined && operation.body?.required === true) {
    found.push({ in: 'body', pointer: '', rule: 'required', message: 'This operation needs a JSON body.' });
  }
  if (body !== undefined && validators.body !== null && !validators.body(body)) {
    found.push(...bodyViolations(validators.body.errors));
  }
  if (found.length > 0) {
    throw new ApiError('VALIDATION_FAILED', { details: found.slice(0, mostViolations) });
  }
  return { params: values, body };
}

async function accessOf(
  pipeline: Pipeline,
  request: GuardedRequest,
  proven: Proven,
  principal: Principal,
  connection?: Queryable,
): Promise<Access> {
  const reaches = await pipeline.guard.authorize(principal, request, connection);
  return accessWith(pipeline, request, proven, { principal, reaches, recalled: null });
}

/** The access of a caller known from memory; null where memory would refuse it, which is for the database to say. */
async function recalledAccess(
  pipeline: Pipeline,
  request: GuardedRequest,
  recalled: Recalled,
  recall: () => Promise<Recalled | null>,
): Promise<Access | null> {
  const { principal, memory } = recalled;
  const afresh = async () => {
    const next = await recall();
    return next && recalledAccess(pipeline, request, next, recall);
  };
  try {
    const reaches = await pipeline.guard.authorize(principal, request);
    return accessWith(pipeline, request, recalled, { principal, reaches, recalled: { memory, afresh } });
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/** An access that can be proven again in whatever transaction. */
function accessWith(
  pipeline: Pipeline,
  request: GuardedRequest,
  proven: Proven,
  { principal, reaches, recalled }: Omit<Access, 'again'>,
): Access {
  return {
    principal,
    reaches,
    recalled,
    again: async (transaction, holding) => {
      const present = await proven.again(transaction, holding);
      return accessOf(pipeline, request, proven, present, transaction);
    },
  };
}

function idempotentRequest(
  pipeline: Pipeline,
  operationId: string,
  params: Readonly<Record<string, unknown>>,
  body: unknown,
): IdempotentRequest | null {
  if (typeof params['Idempotency-Key'] !== 'string') return null;
  const { 'Idempotency-Key': key, ...others } = params;
  return { operationId, key, requestHash: pipeline.fingerprint(canonicalJson([others, body])) };
}

/** JSON with the keys of objects in one order, so that equal requests have equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function versionIn(header: unknown): number | null {
  return typeof header === 'string' && header !== '*' ? Number(header.slice(1, -1)) : null;
}

// The compiler holds handlers to their codes; this holds what came in by a cast.
function declared(operation: Operation, id: string, refusal: Refusal<string>): Error {
  if (operation.errors.includes(refusal.code)) return ApiError.of(refusal);
  return new Error(`${id} refused with ${refusal.code}, which its contract does not declare.`);
}

function answerOf(
  pipeline: Pipeline,
  requestId: string,
  validators: OperationValidators,
  reply: Exclude<AnyReply, Refusal<string>>,
  page: { readonly cursors: string; readonly limit: number },
): Answer {
  const { status, text, data, next, version } = reply;
  const etag = version === undefined ? {} : { ETag: `"${version}"` };
  const headers = (type: string) => ({ ...reply.headers, ...etag, 'Content-Type': type });
  if (text !== undefined) {
    return { status, headers: headers('text/plain; version=0.0.4; charset=utf-8'), body: text };
  }
  const envelope =
    next === undefined
      ? { data, request_id: requestId }
      : {
          data,
          pagination: pagination(pipeline.cursors, page.cursors, page.limit, next),
          request_id: requestId,
        };
  checkResponse(pipeline.responseCheck, validators.responses[status], envelope);
  return { status, headers: headers(jsonType), body: JSON.stringify(envelope) };
}
