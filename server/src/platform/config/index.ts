export type { Config } from './config.ts';
export { ConfigError, type ConfigProblem } from './config-error.ts';
export { configurationPageText, envExampleText } from './documents.ts';
export { parseDuration } from './duration.ts';
export { configJsonSchema, type JsonSchema } from './json-schema.ts';
export { loadConfig } from './load-config.ts';
export type { Environment } from './read-values.ts';
export { isSecretVariable, VARIABLE_GROUPS, type Variable, type VariableGroup } from './variable.ts';
export { NEIGHBOUR_VARIABLES, VARIABLE_LIST, VARIABLES, type VariableName } from './variables.ts';
