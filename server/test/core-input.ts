import assert from 'node:assert/strict';
import type { Core, CoreHandlers, CoreInput, CoreOperationId, CoreReply } from '../src/contract/core.ts';
import { validators } from '../src/contract/generated/core/validators/index.ts';
import type { AnyHandler } from '../src/contract/handlers.ts';
import type { Access } from '../src/contract/ports.ts';
import { isRefusal, type Refusal } from '../src/contract/refusal.ts';

/** What a test says about a request; the rest is what a request without it has. */
export type GivenInput<Id extends CoreOperationId> = Partial<
  Pick<CoreInput<Id>, 'body' | 'page' | 'ifVersion' | 'idempotency' | 'credential' | 'access'>
> & { readonly params?: Partial<CoreInput<Id>['params']> };

/** The reply of an operation that was carried out. */
export type Done<Id extends CoreOperationId> = Exclude<CoreReply<Id>, Refusal<string>>;

/** The access of an instance super admin that stays what it is. */
export const superAdmin: Access = {
  principal: {
    kind: 'session',
    sessionId: 'sess_test',
    userId: 'user_root',
    actor: null,
    rights: [
      { permissionKey: '*', reach: { level: 'instance' }, superAdmin: true, expiresAt: null, memberId: null },
    ],
  },
  reaches: [{ level: 'instance' }],
  recalled: null,
  again: () => Promise.resolve(superAdmin),
};

/**
 * Calls the handler of an operation with what the runtime would give it. Parameters, body and the answer are held
 * against the contract, so that a test cannot ask or accept what no caller could.
 */
export async function callCore<Ids extends CoreOperationId, Id extends Ids>(
  handlers: CoreHandlers<Ids>,
  id: Id,
  given: GivenInput<Id>,
): Promise<CoreReply<Id>> {
  const { params, body, responses } = validators[id];
  const values: Record<string, unknown> = { ...given.params };
  assert.ok(params(values), `${id} takes no such parameters: ${JSON.stringify(params.errors)}`);
  if (given.body !== undefined) {
    assert.ok(body?.(given.body), `${id} takes no such body: ${JSON.stringify(body?.errors)}`);
  }
  const handler = handlers[id] as unknown as AnyHandler;
  const reply = await handler({
    params: values,
    body: given.body,
    page: given.page ?? { limit: 50, after: null },
    ifVersion: given.ifVersion ?? null,
    access: given.access === undefined ? superAdmin : given.access,
    request: { id: 'req_0123456789abcdef', ip: '192.0.2.1', userAgent: null },
    idempotency: given.idempotency ?? null,
    credential: given.credential ?? null,
  });
  if (!isRefusal(reply)) {
    const done = reply as Exclude<typeof reply, Refusal<string>>;
    const list = done.next === undefined ? {} : { pagination: { limit: 50, cursor: null, has_more: false } };
    const envelope = { data: done.data, ...list, request_id: 'req_0123456789abcdef' };
    const valid = responses[done.status];
    assert.ok(valid?.(envelope), `The answer of ${id} breaks its contract: ${JSON.stringify(valid?.errors)}`);
  }
  return reply as CoreReply<Id>;
}

/** The same for a request that has to be carried out. */
export async function carriedOut<Ids extends CoreOperationId, Id extends Ids>(
  handlers: CoreHandlers<Ids>,
  id: Id,
  given: GivenInput<Id>,
): Promise<Done<Id>> {
  const reply = await callCore(handlers, id, given);
  if (isRefusal(reply as object)) assert.fail(`${id} was refused: ${JSON.stringify(reply)}`);
  return reply as Done<Id>;
}

/** The code with which a request is refused; fails when it is carried out. */
export async function refusedWith<Ids extends CoreOperationId, Id extends Ids>(
  handlers: CoreHandlers<Ids>,
  id: Id,
  given: GivenInput<Id>,
): Promise<Core['table'][Id]['errors'][number]> {
  const reply = (await callCore(handlers, id, given)) as object;
  if (!isRefusal(reply)) assert.fail(`${id} was carried out: ${JSON.stringify(reply)}`);
  return (reply as Refusal<Core['table'][Id]['errors'][number]>).code;
}
