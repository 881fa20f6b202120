import type { Queryable } from '../../src/platform/database/index.ts';

/**
 * Two Spaces with the same furniture, `acme` and `blue`: Groups finance, finance.apac, finance2, finance_x,
 * financeyx and financeyx.sub, and a Member each; the types invoice and contract.
 */
export async function insertResourceWorld(connection: Queryable): Promise<void> {
  await connection.query(`insert into resource_types (id, key, display_name)
    values ('rt_invoice', 'invoice', 'Invoice'), ('rt_contract', 'contract', 'Contract')`);
  for (const space of ['acme', 'blue']) {
    await connection.query('insert into spaces (id, name) values ($1, upper($1))', [space]);
    await connection.query(
      `insert into groups (id, space_id, parent_group_id, name, path, depth) values
        ($1 || '_finance', $1, null, 'Finance', 'finance', 0),
        ($1 || '_apac', $1, $1 || '_finance', 'APAC', 'finance.apac', 1),
        ($1 || '_finance2', $1, null, 'Finance 2', 'finance2', 0),
        ($1 || '_finance_x', $1, null, 'Finance X', 'finance_x', 0),
        ($1 || '_financeyx', $1, null, 'Finance YX', 'financeyx', 0),
        ($1 || '_financeyx_sub', $1, $1 || '_financeyx', 'Sub', 'financeyx.sub', 1)`,
      [space],
    );
    await connection.query(
      `insert into members (id, space_id, display_name) values ($1 || '_clerk', $1, 'Clerk')`,
      [space],
    );
  }
}
