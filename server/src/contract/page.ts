import { ApiError } from './api-error.ts';
import type { PageKeys, PageRequest } from './handlers.ts';
import type { Operation } from './operation.ts';
import type { Principal } from './ports.ts';

/** Seals text so that only this server can open it, bound to a context. */
export type CursorSealer = {
  seal(plain: string, context: string): string;
  /** Null when it was not sealed here, was changed, or belongs to another context. */
  open(sealed: string, context: string): string | null;
};

/**
 * The page that a list is asked for. The cursor holds the keys of the last entry before it, sealed, so that a
 * caller cannot invent one, and bound to operation, filters and caller, so that it cannot be used elsewhere.
 *
 * @throws ApiError VALIDATION_FAILED when the cursor is not one of this list's
 */
export function pageRequest(
  sealer: CursorSealer,
  context: string,
  params: Readonly<Record<string, unknown>>,
): PageRequest {
  const limit = typeof params['limit'] === 'number' ? params['limit'] : 50;
  const cursor = params['cursor'];
  if (typeof cursor !== 'string') return { limit, after: null };
  const plain = sealer.open(cursor, context);
  if (plain === null) {
    const message = 'The cursor does not belong to this list, these filters and this credential.';
    throw new ApiError('VALIDATION_FAILED', {
      details: [{ in: 'query', pointer: '/cursor', rule: 'cursor', message }],
    });
  }
  return { limit, after: JSON.parse(plain) as PageKeys };
}

/** The envelope's `pagination` for a page whose last entry has the keys `next` (null on the last page). */
export function pagination(sealer: CursorSealer, context: string, limit: number, next: PageKeys | null) {
  return {
    limit,
    cursor: next === null ? null : sealer.seal(JSON.stringify(next), context),
    has_more: next !== null,
  };
}

/** What a cursor is bound to: the operation, its parameters other than the page, and the caller. */
export function cursorContext(
  operationId: string,
  operation: Operation,
  params: Readonly<Record<string, unknown>>,
  principal: Principal | null,
): string {
  const filters = operation.parameters
    .map(({ name }) => name)
    .filter((name) => name !== 'limit' && name !== 'cursor' && params[name] !== undefined)
    .sort()
    .map((name) => [name, params[name]]);
  return JSON.stringify([operationId, filters, principal === null ? null : callerOf(principal)]);
}

function callerOf(principal: Principal): string {
  return principal.kind === 'session' ? `user:${principal.userId}` : `key:${principal.apiKeyId}`;
}
