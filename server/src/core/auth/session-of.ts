import { ApiError } from '../../contract/api-error.ts';
import type { Access, Principal } from '../../contract/ports.ts';

/** A caller that is a session, as operations of Users on themselves have it. */
export type SessionPrincipal = Extract<Principal, { kind: 'session' }>;

/** The session that calls. @throws ApiError AUTHENTICATION_REQUIRED for any other caller */
export function sessionOf(access: Access | null): SessionPrincipal {
  if (access?.principal.kind !== 'session') throw new ApiError('AUTHENTICATION_REQUIRED');
  return access.principal;
}
