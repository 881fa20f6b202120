export { actorHandlers } from './actor-handlers.ts';
export { authHandlers } from './auth-handlers.ts';
export { authSecrets } from './auth-secrets.ts';
export { availableMembers, firstActor } from './available-members.ts';
export {
  bootstrapSuperAdmin,
  currentSuperGrant,
  type FirstSuperAdmin,
  firstAccountProblems,
  type MadeSuperAdmin,
} from './bootstrap-super-admin.ts';
export {
  accessTokenPrefix,
  type CredentialHashers,
  createCredentials,
  refreshTokenPrefix,
} from './credentials.ts';
export * as authEntities from './entities.ts';
export { forgetEnded } from './forget-ended.ts';
export { type MintedSession, mintSession, type SessionMint, type TokensOnWire } from './mint-session.ts';
export { refusedPassword } from './new-password.ts';
export { createRecall } from './recall.ts';
export type {
  AuthHashers,
  AuthServices,
  AuthSettings,
  RegistrationSettings,
  SessionLifetimes,
} from './services.ts';
export { revokeSession, revokeSessionsOf } from './session-store.ts';
export { clearAttempts, countAttempt, type ThrottleRule, takeBackAttempt } from './throttle.ts';
export { Touches } from './touches.ts';
