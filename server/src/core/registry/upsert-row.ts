import { isRefusal, Refusal, refuse, refuseTaken } from '../../contract/refusal.ts';
import type { Mutation, ValuesOf } from '../kernel/index.ts';
import { changeRow } from '../kernel/index.ts';

/** What the header If-Match asks for. */
export type Precondition = {
  /** The version that it names; null without it and for `*`. */
  readonly ifVersion: number | null;
  /** Whether it was sent: the row has to exist then. */
  readonly mustExist: boolean;
};

/** One row of the registry to register or to change. */
export type Upsert<Row, Wire, Code extends string> = {
  readonly precondition: Precondition;
  /** The row that has the key, read with a lock; null when there is none. */
  readonly row: Row | null;
  /** The id that the caller chose; undefined leaves it open. */
  readonly id: string | undefined;
  /** The noun of its audit actions: `<noun>.created` and `<noun>.updated`. */
  readonly noun: string;
  /** New values of a row that exists. */
  readonly values: ValuesOf<Row>;
  readonly insert: () => Promise<Row | Refusal<Code>>;
  readonly onWire: (row: Row) => Wire;
  /** The code for an id that is another row's. */
  readonly taken: Code;
};

/** The precondition of a request. */
export function preconditionOf(input: {
  readonly ifVersion: number | null;
  readonly params: object;
}): Precondition {
  return { ifVersion: input.ifVersion, mustExist: Object.hasOwn(input.params, 'If-Match') };
}

/** Registers a row (201) or changes the one that is there (200); what the caller left out stays as it is. */
export async function upsertRow<
  Row extends { readonly id: string; readonly version: number },
  Wire,
  Code extends string,
>(mutation: Mutation, upsert: Upsert<Row, Wire, Code>) {
  const { row, precondition, onWire } = upsert;
  if (row === null) return insert(mutation, upsert);
  if (upsert.id !== undefined && upsert.id !== row.id) return refuseTaken(upsert.taken, 'id');
  const changed = await changeRow(mutation, row, {
    ifVersion: precondition.ifVersion,
    values: upsert.values,
    action: `${upsert.noun}.updated`,
    spaceId: null,
    resourceType: upsert.noun,
    onWire,
  });
  if (isRefusal(changed)) return changed;
  return { status: 200 as const, data: onWire(changed), version: changed.version };
}

async function insert<
  Row extends { readonly id: string; readonly version: number },
  Wire,
  Code extends string,
>(mutation: Mutation, upsert: Upsert<Row, Wire, Code>) {
  if (upsert.precondition.mustExist) return refuse('PRECONDITION_FAILED');
  const row = await upsert.insert();
  if (row instanceof Refusal) return row;
  await mutation.record({
    action: `${upsert.noun}.created`,
    spaceId: null,
    resourceType: upsert.noun,
    resourceId: row.id,
    before: null,
    after: upsert.onWire(row),
  });
  return { status: 201 as const, data: upsert.onWire(row), version: row.version };
}
