export {
  type Argon2Cost,
  CURRENT_COST,
  decoyHash,
  hashPassword,
  needsRehash,
  verifyPassword,
} from './argon2id.ts';
export { commonPasswords, isCommonPassword } from './common-passwords.ts';
export { constantTimeEqual } from './constant-time-equal.ts';
export { deriveKey, type SecretRing } from './derive-key.ts';
export { editDistance } from './edit-distance.ts';
export { HashQueue, HashQueueFull, type HashQueueOptions } from './hash-queue.ts';
export { PasswordHasher, type PasswordHasherOptions } from './password-hasher.ts';
export { type PasswordPolicyOptions, passwordPolicy } from './password-policy.ts';
export { Sealer } from './sealer.ts';
export { TokenHasher } from './token-hasher.ts';
export { type ApiKeyParts, apiKeyPrefix, isToken, mintApiKey, mintToken, parseApiKey } from './tokens.ts';
