import { RUNTIME_VARIABLES } from './runtime-variables.ts';
import { SECURITY_VARIABLES } from './security-variables.ts';
import type { ValueOf, Variable } from './variable.ts';

/** Every environment variable of the Core server, by its name. */
export const VARIABLES = { ...RUNTIME_VARIABLES, ...SECURITY_VARIABLES } as const;

/** The name of a variable of the table. */
export type VariableName = keyof typeof VARIABLES;

/** The values of all variables. */
export type Values = { readonly [Name in VariableName]: ValueOf<(typeof VARIABLES)[Name]> };

/** The table as a list, in its order. */
export const VARIABLE_LIST: readonly (readonly [VariableName, Variable])[] = Object.entries(VARIABLES).map(
  ([name, variable]) => [name as VariableName, variable],
);

/**
 * Names beginning with `PLYSTRA_` that belong to other programs of the product or to the compose file. They may stand
 * in an environment that is shared with them, and mean nothing to the Core server.
 */
export const NEIGHBOUR_VARIABLES: readonly string[] = [
  'PLYSTRA_API_KEY',
  'PLYSTRA_AUTH_COMPLETE_IMAGE',
  'PLYSTRA_BASE_URL',
  'PLYSTRA_CAPABILITY_ID',
  'PLYSTRA_CORE_IMAGE',
  'PLYSTRA_EMAIL_CAPABILITY_TOKEN',
  'PLYSTRA_TOKEN',
];
