import type { Queryable } from '../../platform/database/index.ts';

// What is sealed in a session could still be handed out: it goes with it.
const end = `
update sessions set revoked_at = $2, revoked_reason = $3, sealed_pair = null, version = version + 1, updated_at = $2
where user_id = $1 and revoked_at is null`;

/** Ends all sessions of a User for good, in the transaction of what ends them. `reason` is for people. */
export async function endSessionsOf(tx: Queryable, userId: string, now: Date, reason: string): Promise<void> {
  await tx.query(end, [userId, now, reason]);
}
