import type { PageKeys, PageRequest } from '../../contract/handlers.ts';
import type { Queryable } from '../../platform/database/index.ts';

/** A page of rows in the order of their ids; `next` holds the id of the last one, or null on the last page. */
type PageById<Row> = { readonly rows: Row[]; readonly next: PageKeys | null };

/**
 * Reads one page of a list that joins what its rows refer to, all in one statement. `text` is the statement up to
 * and with a WHERE clause over the alias `listed`, `values` are its parameters. One row more than the limit tells
 * whether there is a next page.
 */
export async function pageById<Row extends { readonly id: string }>(
  connection: Queryable,
  text: string,
  values: readonly unknown[],
  page: PageRequest,
): Promise<PageById<Row>> {
  const after = `$${values.length + 1}::text`;
  const limit = `$${values.length + 2}`;
  const found = await connection.query(
    `${text} and (${after} is null or listed.id > ${after}) order by listed.id limit ${limit}`,
    [...values, page.after?.[0] ?? null, page.limit + 1],
  );
  const rows = found.rows.slice(0, page.limit) as unknown as Row[];
  const last = rows.at(-1);
  return { rows, next: found.rows.length > page.limit && last !== undefined ? [last.id] : null };
}
