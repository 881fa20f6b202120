import type { SeenSession, SeenUser } from '../../contract/ports.ts';
import type { SeenResource } from '../graph/index.ts';
import type { AuditRow } from './audit-row.ts';

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
