import { constantTimeEqual } from '../../platform/crypto/index.ts';
import type { RegistrationSettings } from './services.ts';

/** What a registration makes. */
export type RegistrationMode = 'bootstrap' | 'ordinary' | 'public_user_only';

/**
 * The mode that a registration is for; null when none is open to it. A token, once sent, selects a mode that needs it,
 * also where public registration is open. Both tokens are always compared, and in constant time.
 */
export function registrationMode(
  settings: RegistrationSettings,
  token: string | undefined,
  hasSuperAdmin: boolean,
): RegistrationMode | null {
  if (token === undefined) return settings.publicUsers ? 'public_user_only' : null;
  const bootstrap = opens(settings.bootstrap, token);
  const ordinary = opens(settings.ordinary, token);
  if (!hasSuperAdmin) return bootstrap ? 'bootstrap' : null;
  return ordinary ? 'ordinary' : null;
}

/** Whether a token is one of those that are set, be its mode open at present or not. */
export function isRegistrationToken(settings: RegistrationSettings, token: string): boolean {
  const bootstrap = opens({ ...settings.bootstrap, enabled: true }, token);
  const ordinary = opens({ ...settings.ordinary, enabled: true }, token);
  return bootstrap || ordinary;
}

function opens(mode: { readonly enabled: boolean; readonly token: string | null }, token: string): boolean {
  const same = constantTimeEqual(token, mode.token ?? '');
  return same && mode.enabled && mode.token !== null && mode.token !== '';
}
