/**
 * The SQL expression that tells one run of a database server from all others, by the instant at which it began. A server
 * that takes over may have lost the last commits of the one before it. Others take their numbers then, so that equal
 * revisions prove nothing between two runs.
 */
export const databaseRun = `(select extract(epoch from pg_postmaster_start_time())::text)`;
