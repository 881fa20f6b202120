import type { Queryable } from '../../platform/database/index.ts';

/** One registration at a time in the whole database; who waits longer than this gets SQLSTATE 55P03. */
const LOCK_KEY = 750_100_601_006;
const LOCK_WAIT_MS = 3_000;
const setLockTimeout = `select set_config('lock_timeout', $1, true)`;

/** Takes the lock that lets one first super admin be made, and no more, until the transaction ends. */
export async function holdRegistrationLock(connection: Queryable): Promise<void> {
  const before = await connection.query(`select current_setting('lock_timeout') as value`);
  await connection.query(setLockTimeout, [`${LOCK_WAIT_MS}ms`]);
  await connection.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
  await connection.query(setLockTimeout, [before.rows[0]?.['value']]);
}
