import { type EntityName, type EntitySchema, type FilterQuery, type InferEntity, raw } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** The keys of the last entry before a page, in the order of the list. */
type Keys = readonly (string | number)[];

/** A page of entities; `next` holds the keys of its last entry, or null when there is nothing after it. */
export type KeysetPage<Row> = { readonly rows: Row[]; readonly next: Keys | null };

/**
 * Reads one page in the order of `order`, whose last property is unique. It starts after the keys of the page
 * before, so entries that come or go meanwhile shift nothing. One row more than the limit tells whether there is a
 * next page.
 */
export async function keysetPage<Schema extends EntitySchema>(
  em: SqlEntityManager,
  entity: Schema,
  where: FilterQuery<InferEntity<Schema>>,
  order: readonly (keyof InferEntity<Schema> & string)[],
  page: { readonly limit: number; readonly after: Keys | null },
): Promise<KeysetPage<InferEntity<Schema>>> {
  type Row = InferEntity<Schema>;
  const conditions =
    page.after === null
      ? [where]
      : [where, afterKeys<Row>(em, entity as unknown as EntityName<object>, order, page.after)];
  const found = (await em.find(
    entity as unknown as EntityName<object>,
    { $and: conditions } as FilterQuery<object>,
    {
      orderBy: order.map((property) => ({ [property]: 'asc' })) as never,
      limit: page.limit + 1,
    },
  )) as unknown as Row[];
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  const next =
    found.length > page.limit && last !== undefined
      ? order.map((property) => last[property] as string | number)
      : null;
  return { rows, next };
}

/**
 * `(a, b) > (x, y)` as a row comparison: the only form for which PostgreSQL starts its index scan right at the keys.
 * Spelled out with OR it would read all entries with the same first key up to there. It is written as `>=` without the
 * entry itself, since PostgreSQL judges a row comparison by its first column: of `a > x` with the last `a` that there
 * is it expects no row at all, and then takes any index.
 */
function afterKeys<Row>(
  em: SqlEntityManager,
  entity: EntityName<object>,
  order: readonly string[],
  keys: Keys,
): FilterQuery<Row> {
  const { properties } = em.getMetadata().get<object>(entity as never);
  const columns = order.map((property) => {
    const column = (properties as Record<string, { readonly fieldNames: readonly string[] }>)[property]
      ?.fieldNames[0];
    if (column === undefined) throw new Error(`A list is ordered by ${property}, which is no column.`);
    return column;
  });
  const comparison = raw(
    (alias) => {
      const entry = columns.map((column) => `"${alias}"."${column}"`);
      return `((${entry.join(', ')}) >= (${columns.map(() => '?').join(', ')}) and ${entry.at(-1)} <> ?)`;
    },
    [...keys, ...keys.slice(-1)],
  );
  return { [comparison as unknown as string]: [] } as unknown as FilterQuery<Row>;
}
