import { isDeepStrictEqual } from 'node:util';
import { type Refusal, refuse } from '../../contract/refusal.ts';
import type { Mutation } from './recorded-mutation.ts';

/** A row that carries a version for its ETag. */
type VersionedRow = { readonly id: string; readonly version: number };

/** New values of a row; undefined stands for what stays. */
export type ValuesOf<Row> = { readonly [Property in keyof Row]?: Row[Property] | undefined };

/** What is to become of a row, and how it is told in the audit log. */
export type VersionedChange<Row> = {
  /** The version that the caller has seen; null when it does not mind. */
  readonly ifVersion: number | null;
  readonly values: ValuesOf<Row>;
  readonly action: string;
  readonly spaceId: string | null;
  readonly resourceType: string;
  /** The row as callers see it, for before and after. */
  readonly onWire: (row: Row) => unknown;
};

/**
 * Changes a row that was read with a lock in the same transaction, and writes its audit row. Nothing is written, and
 * nothing recorded, when all values are the ones that it has: repeating a change changes nothing.
 */
export async function changeRow<Row extends VersionedRow>(
  mutation: Mutation,
  row: Row,
  change: VersionedChange<Row>,
): Promise<Row | Refusal<'PRECONDITION_FAILED'>> {
  if (change.ifVersion !== null && change.ifVersion !== row.version) return refuse('PRECONDITION_FAILED');
  const before = change.onWire(row);
  const target: Record<string, unknown> = row;
  for (const [property, value] of Object.entries(change.values)) {
    if (value !== undefined && !isSame(target[property], value)) target[property] = value;
  }
  if (isSame(before, change.onWire(row))) return row;
  await mutation.em.flush();
  await mutation.record({
    action: change.action,
    spaceId: change.spaceId,
    resourceType: change.resourceType,
    resourceId: row.id,
    before,
    after: change.onWire(row),
  });
  return row;
}

/** JSON columns come back with their keys in another order, which is no change. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one ?? null, other ?? null);
}
