import { ApiError } from '../../contract/api-error.ts';
import type { OperationScope } from '../../contract/operation.ts';
import type { Guard, GuardedRequest, Principal } from '../../contract/ports.ts';
import { anyIncludes, includes, type Place, type Reach, touchesSpace } from '../../contract/reach.ts';
import { reachesOf } from '../../contract/rights.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { isEntityTable, notFoundCode, placeOf } from './entity-place.ts';

type Asked = {
  readonly permission: string;
  readonly reaches: readonly Reach[];
  readonly request: GuardedRequest;
  readonly connection: Queryable;
  /** The Space of the Member that a session acts through. */
  readonly activeSpaceId: string | null;
};

/**
 * The guard of all operations. A Space in the path that is out of reach is 403 whether it exists or not; an object
 * that is out of reach, alone or within a reachable Space, is answered like an unknown one when the caller holds
 * the permission somewhere; a caller that holds it nowhere gets 403.
 */
export function createGuard(database: Queryable): Guard {
  return {
    async authorize(principal: Principal, request: GuardedRequest, connection = database) {
      const { permission, scope } = request.operation;
      if (permission === null) return [];
      const reaches = reachesOf(principal, permission);
      if (reaches.length === 0) throw forbidden(permission);
      const activeSpaceId = principal.kind === 'session' ? (principal.actor?.space_id ?? null) : null;
      return narrow({ permission, reaches, request, connection, activeSpaceId }, scope);
    },
  };
}

function narrow(asked: Asked, scope: OperationScope): readonly Reach[] | Promise<readonly Reach[]> {
  switch (scope.kind) {
    case 'none':
    case 'self':
      return asked.reaches;
    case 'instance':
      return within(asked, { kind: 'instance' });
    case 'space':
      return within(asked, spacePlace(asked.request.params[scope.parameter]));
    case 'entity':
      return entity(asked, scope.table, String(asked.request.params[scope.parameter]));
    case 'body':
      return scope.pointer.startsWith('/actor/')
        ? touching(asked, asked.request.body)
        : bodyPlace(asked, scope.pointer).then((place) => within(asked, place));
  }
}

function within(asked: Asked, place: Place): readonly Reach[] {
  const reaches = asked.reaches.filter((reach) => includes(reach, place));
  if (reaches.length === 0) throw forbidden(asked.permission);
  return reaches;
}

/**
 * A question is asked in the Space of its actor (the session's own when it names none). A right for one Group of
 * that Space is enough to ask there; the answer is held to the Group.
 */
function touching(asked: Asked, body: unknown): readonly Reach[] {
  const spaceId = own(own(body, 'actor'), 'space_id') ?? asked.activeSpaceId;
  if (typeof spaceId !== 'string') return asked.reaches;
  const reaches = asked.reaches.filter((reach) => touchesSpace([reach], spaceId));
  if (reaches.length === 0) throw forbidden(asked.permission);
  return reaches;
}

function spacePlace(spaceId: unknown): Place {
  return typeof spaceId === 'string' ? { kind: 'space', spaceId } : { kind: 'instance' };
}

async function entity(asked: Asked, table: string, id: string): Promise<readonly Reach[]> {
  if (!isEntityTable(table)) throw new Error(`The guard knows no table ${table}.`);
  const pathSpace = asked.request.params['space_id'];
  if (typeof pathSpace === 'string' && !touchesSpace(asked.reaches, pathSpace))
    throw forbidden(asked.permission);
  const found = await placeOf(asked.connection, table, id);
  const elsewhere = found !== null && typeof pathSpace === 'string' && found.spaceId !== pathSpace;
  if (found === null || elsewhere || !anyIncludes(asked.reaches, found.place)) {
    throw new ApiError(notFoundCode(table));
  }
  return asked.reaches.filter((reach) => includes(reach, found.place));
}

/** The place that a body names: a Group in the Space of the path or beside it, else that Space, else the instance. */
async function bodyPlace(asked: Asked, pointer: string): Promise<Place> {
  const names = pointer.split('/').slice(1);
  const field = names.pop();
  let holder = asked.request.body;
  for (const name of names) holder = own(holder, name);
  const spaceId = asked.request.params['space_id'] ?? own(holder, 'space_id');
  const groupId = own(holder, 'group_id');
  if (field !== 'space_id' && field !== 'group_id') throw new Error(`The guard cannot read ${pointer}.`);
  if (typeof groupId !== 'string') return spacePlace(spaceId);
  const group = await placeOf(asked.connection, 'groups', groupId);
  if (group === null || (typeof spaceId === 'string' && group.spaceId !== spaceId))
    return spacePlace(spaceId);
  return group.place;
}

function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function forbidden(permission: string): ApiError {
  return new ApiError('ADMIN_PERMISSION_REQUIRED', { details: { permission } });
}
