import { permissionKeys } from '../../contract/generated/permission-keys.ts';
import { grants, type HeldRight } from '../../contract/rights.ts';

/** As many as the contract lets an answer hold. */
const MAX_KEYS = 256;

/**
 * Every permission key that the rights stand for somewhere, wildcards spelled out over the keys that Core knows. Keys
 * that only the credential names, for plugins, are given as they are.
 */
export function capabilitiesOf(rights: readonly HeldRight[]): Record<string, true> {
  const known = Object.keys(permissionKeys).filter((key) => rights.some((right) => grants(right, key)));
  const named = rights.map(({ permissionKey }) => permissionKey).filter((key) => !key.includes('*'));
  const keys = [...new Set([...known, ...named])].slice(0, MAX_KEYS);
  return Object.fromEntries(keys.map((key) => [key, true]));
}
