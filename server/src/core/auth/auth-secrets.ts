import { Sealer, type SecretRing, TokenHasher } from '../../platform/crypto/index.ts';
import type { AuthHashers } from './services.ts';

/**
 * The hashers and the sealer that follow from the two configured secrets, each purpose with a key of its own. Every
 * process that mints or reads sessions has to make them here, or it does not know the others' tokens.
 */
export function authSecrets(
  session: SecretRing,
  apiKey: SecretRing,
): { readonly hashers: AuthHashers; readonly sealer: Sealer } {
  return {
    hashers: {
      accessToken: new TokenHasher(session, 'session-access-token'),
      refreshToken: new TokenHasher(session, 'session-refresh-token'),
      throttle: new TokenHasher(session, 'throttle-key'),
      apiKey: new TokenHasher(apiKey, 'api-key'),
    },
    sealer: new Sealer(session, 'session-pair'),
  };
}
