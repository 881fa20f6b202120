import { type Refusal, refuseForNow } from '../../contract/refusal.ts';
import { HashQueueFull, type PasswordHasher } from '../../platform/crypto/index.ts';
import { refusedPassword } from '../auth/index.ts';

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
  const settings = { password: { minLength: passwordMinLength } };
  const refused = refusedPassword(password, '/password', email, settings);
  if (refused !== null) return refused;
  try {
    return await passwords.hash(password);
  } catch (error) {
    if (error instanceof HashQueueFull) return refuseForNow('HASHING_BUSY', error.retryAfterSeconds);
    throw error;
  }
}
