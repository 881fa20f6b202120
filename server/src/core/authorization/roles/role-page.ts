import type { PageKeys, PageRequest } from '../../../contract/handlers.ts';
import type { Queryable } from '../../../platform/database/index.ts';

/** A page of rows in the order of their ids; `next` holds the id of the last one, or null on the last page. */
type PageById<Row> = { readonly rows: Row[]; readonly next: PageKeys | null };

/**
 * Reads one page of a list that shows what its rows refer to, all in one statement. `rows` selects from one table under
 * the alias `listed`, up to and with its WHERE clause; `view` joins to such rows, as `listed` again, what they refer to.
 * The page is cut before anything is joined. One row more than the limit tells whether there is a next page.
 */
export async function pageById<Row extends { readonly id: string }>(
  connection: Queryable,
  { rows, view }: { readonly rows: string; readonly view: (listed: string) => string },
  values: readonly unknown[],
  page: PageRequest,
): Promise<PageById<Row>> {
  const after = `$${values.length + 1}::text`;
  const limit = `$${values.length + 2}`;
  const cut = `${rows} and (${after} is null or listed.id > ${after}) order by listed.id limit ${limit}`;
  const found = await connection.query(`${view(`(${cut})`)} order by listed.id`, [
    ...values,
    page.after?.[0] ?? null,
    page.limit + 1,
  ]);
  const shown = found.rows.slice(0, page.limit) as unknown as Row[];
  const last = shown.at(-1);
  return { rows: shown, next: found.rows.length > page.limit && last !== undefined ? [last.id] : null };
}
