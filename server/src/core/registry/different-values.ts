import { isDeepStrictEqual } from 'node:util';

/** Values to set on a row; undefined stands for what stays. */
export type ValuesOf<Row> = { readonly [Property in keyof Row]?: Row[Property] | undefined };

/**
 * The values that differ from those of `row`. Objects are compared by content: the database gives a JSON object back
 * with its keys in an order of its own.
 */
export function differentValues<Row extends object>(row: Row, values: ValuesOf<Row>): ValuesOf<Row> {
  const present = row as Readonly<Record<string, unknown>>;
  const differing = Object.entries(values).filter(
    ([property, value]) =>
      value !== undefined && !isDeepStrictEqual(present[property] ?? null, value ?? null),
  );
  return Object.fromEntries(differing) as ValuesOf<Row>;
}
