import { isoInstant } from '../../platform/clock/index.ts';
import { arrayElements, type Cell } from '../../platform/database/index.ts';
import { instantOf } from './audit-row.ts';
import type { FencedEntry } from './fence.ts';

/** The columns of the audit log that hold texts. */
const texts = {
  id: ({ row }: FencedEntry): Cell => row.id,
  space_id: ({ row }: FencedEntry): Cell => row.spaceId,
  actor_user_id: ({ row }: FencedEntry): Cell => row.actorUserId,
  actor_member_id: ({ row }: FencedEntry): Cell => row.actorMemberId,
  actor_user_member_id: ({ row }: FencedEntry): Cell => row.actorUserMemberId,
  actor_api_key_id: ({ row }: FencedEntry): Cell => row.actorApiKeyId,
  action: ({ row }: FencedEntry): Cell => row.action,
  resource_type: ({ row }: FencedEntry): Cell => row.resourceType,
  resource_id: ({ row }: FencedEntry): Cell => row.resourceId,
  decision: ({ row }: FencedEntry): Cell => row.decision,
  deny_code: ({ row }: FencedEntry): Cell => row.denyCode,
  request_id: ({ row }: FencedEntry): Cell => row.requestId,
  ip_address: ({ row }: FencedEntry): Cell => row.ipAddress,
  user_agent: ({ row }: FencedEntry): Cell => row.userAgent,
};

/** What a frame holds of an entry, by name: the columns of its row but for the trace, and what its fence looks at. */
const cells = {
  ...texts,
  created: ({ row }: FencedEntry): Cell => instantOf(row.id),
  kept: ({ kept }: FencedEntry): Cell => kept,
  valid_from: ({ fence }: FencedEntry): Cell => fence.validFrom,
  valid_until: ({ fence }: FencedEntry): Cell => fence.validUntil,
  r_id: ({ fence }: FencedEntry): Cell => fence.resource?.id,
  r_version: ({ fence }: FencedEntry): Cell => fence.resource?.row?.version,
  r_type: ({ fence }: FencedEntry): Cell => fence.resource?.row?.type,
  r_space: ({ fence }: FencedEntry): Cell => fence.resource?.row?.spaceId,
  r_group: ({ fence }: FencedEntry): Cell => fence.resource?.row?.groupId,
  r_owner: ({ fence }: FencedEntry): Cell => fence.resource?.row?.ownerMemberId,
  r_status: ({ fence }: FencedEntry): Cell => fence.resource?.row?.status,
  u_id: ({ fence }: FencedEntry): Cell => fence.user?.id,
  u_status: ({ fence }: FencedEntry): Cell => fence.user?.row?.status,
  s_id: ({ fence }: FencedEntry): Cell => fence.session?.id,
  s_hash: ({ fence }: FencedEntry): Cell => fence.session?.hash,
  s_user: ({ fence }: FencedEntry): Cell => fence.session?.userId,
  s_binding: ({ fence }: FencedEntry): Cell => fence.session?.bindingId,
  s_expires: ({ fence }: FencedEntry): Cell => fence.session && isoInstant(fence.session.expiresAt),
};
const names = [...Object.keys(cells), 'first', 'last'];
const readers = Object.values(cells);

/** The columns of the audit log that a frame holds as they are. */
export const textColumns = Object.keys(texts);

/** The place of what has this name in a frame, counted from 1. */
export function placeInFrame(name: string): number {
  const place = names.indexOf(name) + 1;
  if (place === 0) throw new Error(`A frame has no ${name}.`);
  return place;
}

/**
 * What is sent of an entry: the elements of one `text[]`. An object in JSON takes PostgreSQL longer to take apart, and
 * would make as many columns, which are prepared anew for every statement.
 */
export function elementsOf(entry: FencedEntry): string {
  return arrayElements(readers.map((read) => read(entry)));
}

/** The frame of an entry, with the places of what it rests on, which differ from statement to statement. */
export function frameOf(
  elements: string,
  { first, last }: { readonly first: number; readonly last: number },
): string {
  return `{${elements},${first},${last}}`;
}
