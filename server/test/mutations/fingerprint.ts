import type { MutationWorld } from './mutation-world.ts';

/**
 * Tables that count attempts, whether or not something came of them, and so are written outside the transaction of
 * a mutation.
 */
const counting = ['throttles'];
/** Columns that tell when something was last used, and are written whenever that is convenient. */
const bookkeeping = `array['last_used_at', 'last_login_at']`;
/** Decisions of their own right, made before the change that they allow. */
const decisions = `trace ->> 'kind' is distinct from 'mutation'`;

/** A digest of all rows of each table: what differs between two of them was changed in between. */
export async function fingerprint(world: MutationWorld): Promise<Readonly<Record<string, string | null>>> {
  const tables = await world.sql<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const digests = tables
    .filter(({ name }) => !counting.includes(name))
    .map(
      ({ name }) =>
        `select '${name}' as name, md5(string_agg(row, '|' order by row)) as digest
         from (select (to_jsonb(t) - ${bookkeeping})::text as row from "${name}" t
           ${name === 'audit_logs' ? `where not (${decisions})` : ''}) as rows`,
    );
  const rows = await world.sql<{ name: string; digest: string | null }>(digests.join(' union all '));
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
