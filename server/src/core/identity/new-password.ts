import { type Refusal, refuse, refuseForNow } from '../../contract/refusal.ts';
import type { Violation } from '../../contract/violation.ts';
import { HashQueueFull, type PasswordHasher, passwordPolicy } from '../../platform/crypto/index.ts';

/** What passwords are hashed with and held to. */
export type PasswordServices = {
  readonly passwords: PasswordHasher;
  /** Code points that a new password has at least. */
  readonly passwordMinLength: number;
};

/**
 * The hash of a new password for the User with this address, or what speaks against it. Meant for before the
 * transaction: hashing takes a while, and waits for its turn.
 */
export async function hashNewPassword(
  { passwords, passwordMinLength }: PasswordServices,
  password: string,
  email: string,
): Promise<string | Refusal<'VALIDATION_FAILED'> | Refusal<'HASHING_BUSY'>> {
  const problems = passwordPolicy(password, { minLength: passwordMinLength, email });
  if (problems.length > 0) return refuse('VALIDATION_FAILED', problems.map(atPassword));
  try {
    return await passwords.hash(password);
  } catch (error) {
    if (error instanceof HashQueueFull) return refuseForNow('HASHING_BUSY', error.retryAfterSeconds);
    throw error;
  }
}

function atPassword(message: string): Violation {
  return { in: 'body', pointer: '/password', rule: 'password', message };
}
