import { type Refusal, refuseForNow } from '../../contract/refusal.ts';
import { preparedOn } from '../../platform/database/index.ts';
import { addressBucket } from '../../platform/net/index.ts';
import type { AuthServices } from './services.ts';
import { clearAttempts, countAttempt, type ThrottleRule, takeBackAttempt } from './throttle.ts';

/** An attempt to prove a password, counted. Left alone, it stays counted as a failure. */
export type CountedAttempt = {
  /** The password was right: the account starts anew, and the address gets this attempt back. */
  succeeded(): Promise<void>;
  /** The password was not looked at: nothing is counted. */
  withdrawn(): Promise<void>;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Failures from one address, whatever the accounts: what guards against trying one password on many of them. */
const addressRules: readonly ThrottleRule[] = [
  fixedWindow('login:address', 30, 5 * MINUTE_MS),
  fixedWindow('login:address:hour', 200, HOUR_MS),
];

function fixedWindow(bucket: string, limit: number, windowMs: number): ThrottleRule {
  return { bucket, limit, windowMs, lockMs: windowMs, maxLockMs: windowMs };
}

/**
 * Counts an attempt to prove the password of `email` (in lower case), known or not, from `ip`. Refuses when there were
 * too many. The address is counted first: what is refused for it does not lock the account.
 */
export async function countLogin(
  { database, hashers, settings }: Pick<AuthServices, 'database' | 'hashers' | 'settings'>,
  email: string,
  ip: string | null,
): Promise<CountedAttempt | Refusal<'AUTH_RATE_LIMITED'>> {
  const connection = preparedOn(database.pool);
  const { maxFailures, windowMs, lockoutMs } = settings.login;
  const account: ThrottleRule = {
    bucket: 'login:account',
    limit: maxFailures,
    windowMs,
    lockMs: lockoutMs,
    maxLockMs: Math.max(lockoutMs, HOUR_MS),
  };
  const accountKey = hashers.throttle.hash(email);
  const addressKey = hashers.throttle.hash(addressBucket(ip));
  const giveBackAddress = async () => {
    for (const rule of addressRules) await takeBackAttempt(connection, rule, addressKey);
  };
  for (const rule of addressRules) {
    const wait = await countAttempt(connection, rule, addressKey);
    if (wait !== null) return refuseForNow('AUTH_RATE_LIMITED', wait);
  }
  const wait = await countAttempt(connection, account, accountKey);
  if (wait !== null) return refuseForNow('AUTH_RATE_LIMITED', wait);
  return {
    async succeeded() {
      await clearAttempts(connection, account, accountKey);
      await giveBackAddress();
    },
    async withdrawn() {
      await takeBackAttempt(connection, account, accountKey);
      await giveBackAddress();
    },
  };
}
