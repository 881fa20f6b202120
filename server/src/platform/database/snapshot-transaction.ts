import type pg from 'pg';
import type { Queryable } from './database.ts';
import { preparedOn } from './prepared.ts';

/**
 * Runs `work` in one REPEATABLE READ transaction on a connection of its own: all that it reads is of one instant.
 * Rolls back when it throws or when `commits` says no to its result.
 */
export async function snapshotTransaction<T>(
  pool: pg.Pool,
  work: (connection: Queryable) => Promise<T>,
  commits: (result: T) => boolean,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin isolation level repeatable read');
    const result = await work(preparedOn(client));
    await client.query(commits(result) ? 'commit' : 'rollback');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    // A connection that could not roll back is not given to the next request.
    client.release(broken);
  }
}

/** Runs `work` on `client` in one REPEATABLE READ transaction that only reads. */
export async function snapshotOn<T>(
  client: pg.ClientBase,
  work: (connection: Queryable) => Promise<T>,
): Promise<T> {
  await client.query('begin isolation level repeatable read read only');
  try {
    return await work(preparedOn(client));
  } finally {
    await client.query('commit');
  }
}
