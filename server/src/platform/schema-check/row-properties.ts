import { p } from '@mikro-orm/postgresql';

/** The default of every `created_at` column: the database's clock, cut to the precision of the column. */
const NOW = `date_trunc('milliseconds', now())`;

/** An instant with millisecond precision, `timestamptz(3)`. */
export const instant = () => p.datetime(3);

/** An instant that the database fills in when the row is made. */
export const instantOfInsert = () => p.datetime(3).defaultRaw(NOW);

/**
 * The columns of every row that may change: `version` is its ETag and guards against lost updates, `updated_at`
 * follows each write through the ORM.
 */
export const mutableRow = () => ({
  version: p.integer().version(),
  createdAt: instantOfInsert(),
  updatedAt: instantOfInsert().onUpdate(() => new Date()),
});

/** The caller's own JSON object on a row, empty unless given. */
export const metadata = () => p.json<Record<string, unknown>>().defaultRaw(`'{}'`);
