import type { Database } from '../../platform/database/index.ts';
import { mostRows } from './catch-up.ts';

/** What stays in the change log, and in what pieces the rest leaves it. */
export type LogLimits = {
  /** Revisions that a scope keeps. */
  readonly revisions: number;
  /** Rows that a scope keeps at most while it is one that moved within the last hour. */
  readonly rows: number;
  /** Rows that one transaction deletes, and transactions of one round. */
  readonly batch: number;
  readonly batches: number;
};

/**
 * A process that follows the log is behind by a round, and one that lost its connection reads the graph anew. In a
 * thousand revisions it may therefore be behind by a second of the fastest writing to one scope. A scope that is being
 * written to keeps more, since there a process may be late by some seconds; but no more than a process would take from
 * the log at once. A batch holds its locks, for which nobody waits, for some tens of milliseconds. What one round leaves
 * over is for the next one, minutes later.
 */
const usual: LogLimits = { revisions: 1_000, rows: mostRows, batch: 5_000, batches: 200 };

/** Scopes that one statement looks at. */
const scopesAtOnce = 500;

// Every revision below `before` may go. The rows of a scope are counted only while it is written to.
const trimmable = `
select s.scope, s.before::float8 as before, coalesce(oldest.revision < s.before, false) as due
from (
  select r.scope, case when r.changed_at < now() - interval '1 hour' then r.revision - $2::bigint + 1
    else (select c.revision from graph_changes c where c.scope = r.scope
      order by c.revision desc offset $3::bigint limit 1) end as before
  from graph_revisions r where r.scope > $1 order by r.scope limit ${scopesAtOnce}
) as s
left join lateral (
  select c.revision from graph_changes c where c.scope = s.scope order by c.revision limit 1
) as oldest on true
order by s.scope`;

// From the old end, so that what a revision has lost is told by the ones before it, which are gone. Before the first one
// there is none: it goes as a whole.
const trim = `
delete from graph_changes where ctid = any(array(
  select ctid from graph_changes where scope = $1 and revision < $2
  order by revision, entity, entity_id
  limit greatest($3::bigint, (select count(*) from graph_changes where scope = $1 and revision = 1))))
returning 1`;

const alone = `select pg_try_advisory_xact_lock(hashtextextended('plystra.graph_log', 0)) as got`;

/**
 * Trims the change log of each scope from its old end. Whoever follows it and is further behind reads the scope anew. One
 * process does so at a time; the others leave it to that one.
 */
export async function trimGraphLog(
  database: Pick<Database, 'pool' | 'transaction'>,
  limits: LogLimits = usual,
): Promise<void> {
  let left = limits.batches;
  for (let after = ''; left > 0; ) {
    const { rows } = await database.pool.query<{ scope: string; before: number; due: boolean }>(trimmable, [
      after,
      limits.revisions,
      limits.rows,
    ]);
    for (const { scope, before } of rows.filter(({ due }) => due)) {
      for (let deleted = limits.batch; deleted >= limits.batch && left > 0; left -= 1) {
        deleted = await database.transaction(async (tx) => {
          const [lock] = (await tx.query(alone)).rows;
          return lock?.['got'] === true
            ? (await tx.query(trim, [scope, before, limits.batch])).rows.length
            : 0;
        });
      }
    }
    if (rows.length < scopesAtOnce) return;
    after = rows.at(-1)?.scope ?? '';
  }
}
