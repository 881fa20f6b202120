import type { SeenSession, SeenUser } from '../../contract/ports.ts';
import { millisecondsOf, type Queryable } from '../../platform/database/index.ts';
import { RowCache } from './row-cache.ts';

/** A resource as it was read. */
export type SeenResource = {
  readonly id: string;
  readonly externalId: string | null;
  readonly type: string;
  readonly spaceId: string;
  readonly groupId: string | null;
  readonly ownerMemberId: string | null;
  readonly displayName: string | null;
  readonly visibility: string;
  readonly status: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** Length of the metadata as text. */
  readonly size: number;
};

/** The rows that are too many and too busy for the graph: read through bounded caches, and verified when they count. */
export type StoredRows = {
  readonly resources: RowCache<SeenResource>;
  readonly users: RowCache<SeenUser>;
  readonly sessions: RowCache<SeenSession>;
};

const resources = `
select id, external_id as "externalId", resource_type as type, space_id as "spaceId", group_id as "groupId",
  owner_member_id as "ownerMemberId", display_name as "displayName", visibility, status, metadata, version,
  octet_length(metadata::text) as size
from resources where id = any($1)`;
// A User that is deleted, and a session that is revoked, count as none.
const users = `select id, status from users where id = any($1) and deleted_at is null`;
const sessions = `
select id, user_id as "userId", access_token_hash as hash, active_user_member_id as "bindingId",
  ${millisecondsOf('expires_at')} as "expiresAt"
from sessions where access_token_hash = any($1) and revoked_at is null`;

const MiB = 2 ** 20;

/** The caches over `connection`, of 56 MiB at most together. */
export function storedRows(connection: Queryable): StoredRows {
  const reading =
    <Row>(text: string, key: (row: Row) => string) =>
    async (keys: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
      const { rows } = await connection.query(text, [keys]);
      return new Map((rows as Row[]).map((row) => [key(row), row]));
    };
  return {
    resources: new RowCache(
      reading<SeenResource>(resources, ({ id }) => id),
      { bytes: 32 * MiB, weigh: ({ size }) => 320 + 4 * size },
    ),
    users: new RowCache(
      reading<SeenUser>(users, ({ id }) => id),
      { bytes: 16 * MiB, weigh: () => 160 },
    ),
    sessions: new RowCache(
      reading<SeenSession>(sessions, ({ hash }) => hash),
      { bytes: 8 * MiB, weigh: () => 360 },
    ),
  };
}
