import type { PasswordHasher, Sealer, TokenHasher } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { CredentialHashers } from './credentials.ts';

/** The hashers of all that is kept keyed: tokens, and the names in the throttles. */
export type AuthHashers = CredentialHashers & {
  readonly refreshToken: TokenHasher;
  readonly throttle: TokenHasher;
};

/** How long sessions live, in milliseconds. */
export type SessionLifetimes = {
  readonly accessTtlMs: number;
  /** Life without a refresh. */
  readonly refreshTtlMs: number;
  /** Life however often it is refreshed. */
  readonly absoluteTtlMs: number;
  /** For how long a refresh token that was exchanged gets the same pair again. */
  readonly refreshGraceMs: number;
};

/** What operators set about sessions, logins and registration; a part of the server's configuration. */
export type AuthSettings = {
  readonly session: SessionLifetimes;
  readonly login: { readonly maxFailures: number; readonly windowMs: number; readonly lockoutMs: number };
  readonly password: { readonly minLength: number };
  readonly registration: RegistrationSettings;
};

/** Which registration modes are open. A mode with a token is closed while its token is null. */
export type RegistrationSettings = {
  readonly ordinary: { readonly enabled: boolean; readonly token: string | null };
  readonly bootstrap: { readonly enabled: boolean; readonly token: string | null };
  readonly publicUsers: boolean;
};

/** All that the operations on sessions need. */
export type AuthServices = {
  readonly database: Database;
  readonly hashers: AuthHashers;
  readonly passwords: PasswordHasher;
  /** Seals the current token pair for the time of the refresh grace. */
  readonly sealer: Sealer;
  readonly settings: AuthSettings;
};
