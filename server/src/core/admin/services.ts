import type { TokenHasher } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';

/** What the control plane is built on. */
export type AdminServices = {
  readonly database: Database;
  readonly hashers: { readonly apiKey: TokenHasher };
};
