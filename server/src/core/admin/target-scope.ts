import type { Place } from '../../contract/reach.ts';
import { type Refusal, refuse, refuseInput } from '../../contract/refusal.ts';
import type { Queryable } from '../../platform/database/index.ts';

/** Where a new grant or key is to hold. */
export type TargetScope = {
  readonly spaceId: string | null;
  readonly groupId: string | null;
  readonly place: Place;
};

/** The scope as a body says it. */
export type AskedScope = {
  readonly kind: 'instance' | 'space' | 'group';
  readonly space_id?: string | null;
  readonly group_id?: string | null;
};

type Refused = Refusal<'VALIDATION_FAILED' | 'SPACE_NOT_FOUND' | 'GROUP_NOT_FOUND'>;

const findSpace = 'select id from spaces where id = $1 and deleted_at is null';
const findGroup = `
select g.space_id, g.path from groups g join spaces s on s.id = g.space_id and s.deleted_at is null
where g.id = $1 and g.deleted_at is null`;

/**
 * The stored scope of a new grant or key. Each level takes its own fields and no others, so that a scope which was
 * authorised cannot be another one than the one that is written.
 */
export async function targetScope(connection: Queryable, asked: AskedScope): Promise<TargetScope | Refused> {
  const { kind, space_id: spaceId = null, group_id: groupId = null } = asked;
  if (kind !== 'group' && groupId !== null) return surplus('/group_id');
  if (kind === 'instance') {
    if (spaceId !== null) return surplus('/space_id');
    return { spaceId: null, groupId: null, place: { kind: 'instance' } };
  }
  if (kind === 'space') {
    if (spaceId === null) return missing('/space_id', 'A right in one Space needs space_id.');
    if ((await connection.query(findSpace, [spaceId])).rows.length === 0) return refuse('SPACE_NOT_FOUND');
    return { spaceId, groupId: null, place: { kind: 'space', spaceId } };
  }
  if (groupId === null) return missing('/group_id', 'A right in one Group needs group_id.');
  const group = (await connection.query(findGroup, [groupId])).rows[0] as
    | { space_id: string; path: string }
    | undefined;
  if (group === undefined || (spaceId !== null && group.space_id !== spaceId))
    return refuse('GROUP_NOT_FOUND');
  return {
    spaceId: group.space_id,
    groupId,
    place: { kind: 'group', spaceId: group.space_id, groupPath: group.path },
  };
}

function surplus(pointer: string): Refused {
  return refuseInput(pointer, 'level', 'This level does not take this field.');
}

function missing(pointer: string, message: string): Refused {
  return refuseInput(pointer, 'level', message);
}
