import type { ActorIds, Asked } from '../authorization/index.ts';

/** A row as it is, or as it would be. */
export type RowState = {
  readonly id: string;
  readonly resourceType: string;
  readonly spaceId: string;
  readonly groupId: string | null;
  readonly ownerMemberId: string | null;
  readonly displayName: string | null;
  readonly visibility: string;
  readonly metadata: Record<string, unknown>;
};

/** The question about a row as it is stored. */
export function aboutStored(
  actor: ActorIds,
  action: string,
  row: { readonly id: string; readonly resourceType: string },
): Asked {
  return { mode: 'managed', question: questionOf(actor, action, row) };
}

/** The question about a row as it would be. */
export function aboutProposed(actor: ActorIds, action: string, row: RowState): Asked {
  return {
    mode: 'proposed',
    question: questionOf(actor, action, row),
    resource: {
      id: row.id,
      type: row.resourceType,
      space_id: row.spaceId,
      visibility: row.visibility,
      metadata: row.metadata,
      ...(row.groupId === null ? {} : { group_id: row.groupId }),
      ...(row.ownerMemberId === null ? {} : { owner_member_id: row.ownerMemberId }),
      ...(row.displayName === null ? {} : { display_name: row.displayName }),
    },
  };
}

function questionOf(
  actor: ActorIds,
  action: string,
  row: { readonly id: string; readonly resourceType: string },
) {
  return { actor, action, resourceType: row.resourceType, resourceId: row.id };
}
