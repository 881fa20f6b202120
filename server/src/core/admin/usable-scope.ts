/**
 * The joins and first conditions of a query for rows (grants, API keys) that count: their Space is active, and their
 * Group with every Group above it. `rg` is their Group then. To be followed by `and`.
 */
export const usableScopeOf = (row: string) => `
  left join spaces rs on rs.id = ${row}.space_id
  left join groups rg on rg.space_id = ${row}.space_id and rg.id = ${row}.group_id
  where (${row}.space_id is null or (rs.status = 'active' and rs.deleted_at is null))
    and (${row}.group_id is null or not exists (
      select from groups above where above.space_id = rg.space_id
        and above.path in (select array_to_string((string_to_array(rg.path, '.'))[1:n], '.')
          from generate_series(1, rg.depth + 1) as n)
        and (above.status <> 'active' or above.deleted_at is not null)))`;
