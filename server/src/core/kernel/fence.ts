import type { SeenSession, SeenUser } from '../../contract/ports.ts';
import { jsonArray } from '../../platform/database/index.ts';
import { databaseRun, type SeenResource } from '../graph/index.ts';
import { type AuditRow, instantOf } from './audit-row.ts';

/** A row beside the graph as it was read; null for one that was not there. */
export type Seen<Row> = { readonly id: string; readonly row: Row | null };

/** What has to be so, in the database's view, at the moment in which a decision goes on record. */
export type Fence = {
  /** The run of the database server whose revisions they are. */
  readonly run: string;
  /** Each scope that was read, still at this revision. */
  readonly revisions: ReadonlyMap<string, number>;
  /** The rows that were read beside it, unchanged or still absent; null where none was read. */
  readonly resource: Seen<SeenResource> | null;
  readonly user: Seen<SeenUser> | null;
  readonly session: SeenSession | null;
  /** The database's clock is not before the one and before the other (milliseconds since the epoch). */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
};

/** A decision on its way onto the record. */
export type FencedEntry = {
  readonly row: AuditRow;
  /** Whether the row is written; without, the fence is verified all the same. */
  readonly kept: boolean;
  readonly fence: Fence;
};

// The frame of a row in the statement: the columns of the audit log but for the trace, then what the fence looks at.
const columns = {
  ...{ id: 'text', space_id: 'text', actor_user_id: 'text', actor_member_id: 'text' },
  ...{ actor_user_member_id: 'text', actor_api_key_id: 'text', action: 'text', resource_type: 'text' },
  ...{ resource_id: 'text', decision: 'text', deny_code: 'text', request_id: 'text' },
  ...{ ip_address: 'text', user_agent: 'text', created_at: 'timestamptz' },
};
const written = [...Object.keys(columns), 'trace'].join(', ');
const looked = {
  ...{ kept: 'boolean', run: 'text', places: 'bigint[]', valid_from: 'float8', valid_until: 'float8' },
  ...{ r_id: 'text', r_version: 'integer', r_type: 'text', r_space: 'text', r_group: 'text' },
  ...{ r_owner: 'text', r_status: 'text', u_id: 'text', u_status: 'text' },
  ...{ s_id: 'text', s_hash: 'text', s_user: 'text', s_binding: 'text', s_expires: 'timestamptz' },
};
const frame = { ...columns, ...looked };
const types = Object.entries(frame).map(([name, type]) => `${name} ${type}`);

/**
 * Puts rows on record, each only if its fence holds. One statement, so all of it is of one snapshot. An absent row
 * joins as nulls, and is not distinct from what was seen as absent. Parameters: the frames of the entries as JSON, and
 * their traces; scopes and revisions, of which each entry names those that it rests on by their places.
 */
export const fenceStatement = statementWhere(`
  q.run = ${databaseRun}
    and not q.places && (select places from moved)
    and (q.valid_from is null or extract(epoch from now()) * 1000 >= q.valid_from)
    and (q.valid_until is null or extract(epoch from now()) * 1000 < q.valid_until)
    and (r.version, r.resource_type, r.space_id, r.group_id, r.owner_member_id, r.status)
      is not distinct from (q.r_version, q.r_type, q.r_space, q.r_group, q.r_owner, q.r_status)
    and u.status is not distinct from q.u_status
    and (s.access_token_hash, s.user_id, s.active_user_member_id, s.expires_at)
      is not distinct from (q.s_hash, q.s_user, q.s_binding, q.s_expires)`);

/** The same without a fence: every row goes in. Only for showing what the fence is for. */
export const unfencedStatement = statementWhere('true');

function statementWhere(condition: string): string {
  return `
with moved as materialized (
  select coalesce(array_agg(f.place), '{}') as places
  from unnest($3::text[], $4::bigint[]) with ordinality as f (scope, revision, place)
  left join graph_revisions g on g.scope = f.scope
  where coalesce(g.revision, 0) <> f.revision
), passed as materialized (
  select q.* from rows from (json_to_recordset($1) as (${types.join(', ')}), unnest($2::json[]))
    as q (${Object.keys(frame).join(', ')}, trace)
  left join resources r on r.id = q.r_id
  left join users u on u.id = q.u_id and u.deleted_at is null
  left join sessions s on s.id = q.s_id and s.revoked_at is null
  where ${condition}
), recorded as (
  insert into audit_logs (${written}) select ${written} from passed where kept
)
select (extract(epoch from now()) * 1000)::float8 as now,
  (select coalesce(json_agg(id), '[]') from passed) as passed,
  (select places from moved) as moved`;
}

/** An entry as it is sent, made once, when it comes: its size is known then, and one that cannot be sent harms no other. */
export type EncodedEntry = {
  readonly id: string;
  readonly revisions: Fence['revisions'];
  /** Its frame as JSON, without the places of its scopes, which differ from statement to statement. */
  readonly frame: string;
  readonly trace: string;
  /** Characters of both. */
  readonly size: number;
};

/** Encodes an entry. */
export function encodeEntry(entry: FencedEntry): EncodedEntry {
  const { row, fence } = entry;
  const frame = inFrame(entry);
  const { trace } = row;
  return { id: row.id, revisions: fence.revisions, frame, trace, size: frame.length + trace.length };
}

/** The parameters of the statement for some entries. */
export function fenceParameters(entries: readonly EncodedEntry[]): {
  readonly values: readonly unknown[];
  /** The scope at each place, counted from 1 as the statement does. */
  readonly scopes: readonly string[];
} {
  const places = new Map<string, number>();
  const scopes: string[] = [];
  const revisions: number[] = [];
  const placeOf = ([scope, revision]: [string, number]): number => {
    const known = places.get(`${revision} ${scope}`);
    if (known !== undefined) return known;
    revisions.push(revision);
    places.set(`${revision} ${scope}`, scopes.push(scope));
    return scopes.length;
  };
  // A frame is an object with at least one member: the places go in before its closing brace.
  const frames = entries.map((entry) => {
    return `${entry.frame.slice(0, -1)},"places":[${[...entry.revisions].map(placeOf)}]}`;
  });
  const traces = jsonArray(entries.map(({ trace }) => trace));
  return { values: [`[${frames.join(',')}]`, traces, scopes, revisions], scopes };
}

function inFrame({ row, kept, fence }: FencedEntry): string {
  const { resource, user, session } = fence;
  return JSON.stringify({
    id: row.id,
    space_id: row.spaceId,
    actor_user_id: row.actorUserId,
    actor_member_id: row.actorMemberId,
    actor_user_member_id: row.actorUserMemberId,
    actor_api_key_id: row.actorApiKeyId,
    action: row.action,
    resource_type: row.resourceType,
    resource_id: row.resourceId,
    decision: row.decision,
    deny_code: row.denyCode,
    request_id: row.requestId,
    ip_address: row.ipAddress,
    user_agent: row.userAgent,
    created_at: instantOf(row.id),
    kept,
    run: fence.run,
    valid_from: fence.validFrom,
    valid_until: fence.validUntil,
    r_id: resource?.id,
    r_version: resource?.row?.version,
    r_type: resource?.row?.type,
    r_space: resource?.row?.spaceId,
    r_group: resource?.row?.groupId,
    r_owner: resource?.row?.ownerMemberId,
    r_status: resource?.row?.status,
    u_id: user?.id,
    u_status: user?.row?.status,
    s_id: session?.id,
    s_hash: session?.hash,
    s_user: session?.userId,
    s_binding: session?.bindingId,
    s_expires: session && new Date(session.expiresAt).toISOString(),
  });
}
