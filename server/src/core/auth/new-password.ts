import { Refusal } from '../../contract/refusal.ts';
import { passwordPolicy } from '../../platform/crypto/index.ts';
import type { AuthSettings } from './services.ts';

/** The refusal of a password that the policy does not allow, one violation for each broken rule; null when it does. */
export function refusedPassword(
  password: string,
  pointer: string,
  email: string,
  { password: { minLength } }: Pick<AuthSettings, 'password'>,
): Refusal<'VALIDATION_FAILED'> | null {
  const problems = passwordPolicy(password, { minLength, email });
  if (problems.length === 0) return null;
  return new Refusal(
    'VALIDATION_FAILED',
    problems.map((message) => ({ in: 'body', pointer, rule: 'password', message })),
  );
}
